#pragma once

#include <span>
#include <string_view>

namespace rowcast::workloads::vocabulary {

// The words that values are made of. Changing any of them changes workloads: refresh hashes.inc.

inline constexpr std::string_view kFirstNames[] = {
    "Anna",   "James",  "Maria",  "Robert", "Linda", "Michael", "Sofia",    "David",
    "Emily",  "Daniel", "Olivia", "Lucas",  "Grace", "Samuel",  "Nora",     "Peter",
    "Isabel", "Thomas", "Hannah", "Victor", "Zoë",   "José",    "François", "Jürgen",
    "Łukasz", "Søren",  "Çağla",  "Nguyễn", "Иван",  "Ольга",   "Ελένη",    "محمد",
    "נועה",   "प्रिया",  "สมชาย",  "美咲",   "伟",    "지훈",
};

inline constexpr std::string_view kLastNames[] = {
    "Smith",    "Johnson", "Williams", "Brown",   "Garcia",   "Miller",   "Davis",   "Martinez",
    "Wilson",   "Taylor",  "Moore",    "Jackson", "Thompson", "Harris",   "Clark",   "Robinson",
    "O'Connor", "Walker",  "Van Dyke", "Young",   "Müller",   "Núñez",    "Lefèvre", "Åkesson",
    "Kowalski", "Dvořák",  "Yılmaz",   "Trần",    "Петров",   "Смирнова", "Παππάς",  "العلي",
    "כהן",      "शर्मा",    "ใจดี",      "田中",    "王",       "김",
};

inline constexpr std::string_view kHandles[] = {
    "anna",   "james", "maria", "robert",  "linda", "mike",  "sofia", "dave", "emily", "dan",
    "olivia", "lucas", "grace", "sam",     "nora",  "pete",  "izzy",  "tom",  "hanna", "vic",
    "zoe",    "jose",  "fran",  "juergen", "luk",   "soren", "cagla", "minh", "ivan",  "olga",
};

inline constexpr std::string_view kMailDomains[] = {
    "example.org", "example.com", "mail.example.net", "corp.example", "uni.example.edu",
};

inline constexpr std::string_view kCities[] = {
    "Berlin",    "London", "Toronto", "Springfield", "Nairobi",   "Lisbon",  "Chicago",
    "Melbourne", "Paris",  "Dublin",  "Austin",      "Rotterdam", "München", "São Paulo",
    "Kraków",    "Malmö",  "Москва",  "Αθήνα",       "東京",      "서울",
};

inline constexpr std::string_view kStreets[] = {
    "Main Street", "Oak Avenue",  "High Street",     "Station Road", "Park Lane",
    "Mill Road",   "Hauptstraße", "Rue de l'Église", "Calle Mayor",  "Via Roma",
};

inline constexpr std::string_view kCountryCodes[] = {
    "DE", "US", "GB", "FR", "ES", "PL", "BR", "JP", "KR", "CA", "AU", "KE",
};

inline constexpr std::string_view kCurrencyCodes[] = {"EUR", "USD", "GBP", "JPY", "PLN", "BRL"};

inline constexpr std::string_view kLocales[] = {"en-US", "de-DE", "fr-FR",
                                                "es-ES", "ja-JP", "pt-BR"};

inline constexpr std::string_view kTimeZones[] = {
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Africa/Nairobi",
};

inline constexpr std::string_view kTags[] = {
    "sql", "json", "graphql", "postgres", "performance", "simd", "caching", "api", "testing",
};

// A language's words. One without spaces between words has an empty separator.
struct Language {
    std::span<const std::string_view> words;
    std::string_view separator;
    std::string_view full_stop;
};

inline constexpr std::string_view kEnglishWords[] = {
    "the",     "of",       "and",     "response", "query",  "row",     "with",    "server",
    "from",    "database", "column",  "that",     "is",     "faster",  "a",       "field",
    "request", "because",  "every",   "client",   "reads",  "one",     "page",    "measured",
    "when",    "cache",    "without", "writes",   "number", "version", "changes", "again",
};

inline constexpr std::string_view kFrenchWords[] = {
    "été", "déjà", "la", "requête", "à", "où", "réponse", "données", "très", "même", "être", "ça",
};

inline constexpr std::string_view kGermanWords[] = {
    "für", "über", "die", "Größe", "schön", "Zeile", "nächste", "müssen", "Lösung", "später", "und",
};

inline constexpr std::string_view kPolishWords[] = {
    "żółć", "się", "być", "zażółć", "gęślą", "jaźń", "wiersz", "także", "nie", "więc", "źródło",
};

inline constexpr std::string_view kRussianWords[] = {
    "строка", "и", "запрос", "в", "ответ", "быстрее", "сервер", "данные", "не", "поле", "это",
};

inline constexpr std::string_view kGreekWords[] = {
    "γραμμή", "και", "το", "ερώτημα", "απάντηση", "δεδομένα", "είναι", "πεδίο",
};

inline constexpr std::string_view kArabicWords[] = {
    "قاعدة", "البيانات", "من", "سريع", "استجابة", "في", "الصف", "طلب",
};

inline constexpr std::string_view kHindiWords[] = {
    "डेटा", "पंक्ति", "और", "तेज़", "उत्तर", "है", "सर्वर", "अनुरोध",
};

inline constexpr std::string_view kJapaneseWords[] = {
    "データ", "行", "を", "速い", "応答", "は", "クエリ", "です", "読む", "時間",
};

inline constexpr std::string_view kChineseWords[] = {
    "数据", "行", "的", "快速", "响应", "查询", "服务器", "是", "字段", "我们",
};

inline constexpr std::string_view kKoreanWords[] = {
    "데이터", "행", "빠른", "응답", "쿼리", "서버", "그리고", "필드",
};

// Four bytes a character: beyond the basic plane.
inline constexpr std::string_view kEmojiWords[] = {"🚀", "🎉", "👍", "🔥", "😀", "🧪", "𝔘𝔫𝔦"};

inline constexpr Language kEnglish = {kEnglishWords, " ", ". "};

inline constexpr Language kOtherLanguages[] = {
    {kFrenchWords, " ", ". "},  {kGermanWords, " ", ". "},  {kPolishWords, " ", ". "},
    {kRussianWords, " ", ". "}, {kGreekWords, " ", ". "},   {kArabicWords, " ", ". "},
    {kHindiWords, " ", "। "},   {kJapaneseWords, "", "。"}, {kChineseWords, "", "。"},
    {kKoreanWords, " ", ". "},  {kEmojiWords, " ", "! "},
};

}  // namespace rowcast::workloads::vocabulary
