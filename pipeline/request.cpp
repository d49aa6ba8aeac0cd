#include "pipeline/request.hpp"

#include <algorithm>
#include <limits>

namespace rowcast {

namespace {

constexpr std::size_t kLongestRow = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kWrapperStart = R"({"data":{)";
constexpr std::string_view kWrapperEnd = "}}";

// Roughly how many bytes the `__typename` members of nested objects add: the objects in the first
// few kilobytes of the rows tell how many there are in all.
std::size_t estimate_nested_typenames(const Root& root, std::span<const kernels::Row> rows,
                                      std::size_t total_bytes) noexcept {
    if (root.schema == nullptr || root.view.row_type < 0 || !root.view.always_typename) {
        return 0;
    }
    constexpr std::size_t kSampleBytes = 8192;
    std::size_t sampled = 0;
    std::size_t objects = 0;
    for (const kernels::Row& row : rows) {
        if (row.size > kLongestRow) {
            break;  // it will be refused, and must not be read
        }
        const std::size_t part = std::min(row.size, kSampleBytes - sampled);
        objects += static_cast<std::size_t>(std::count(row.data, row.data + part, '{'));
        sampled += part;
        if (sampled == kSampleBytes) {
            break;
        }
    }
    std::size_t longest = 0;
    for (const kernels::TypeView& type : root.schema->views()) {
        longest = std::max<std::size_t>(longest, type.typename_member.size);
    }
    return sampled == 0 ? 0 : (total_bytes / sampled + 1) * objects * longest;
}

}  // namespace

Request::Request(const Implementation& implementation, const RequestOptions& options)
    : implementation_(&implementation),
      state_(implementation.make_state()),
      limit_(options.max_bytes),
      output_(limit_, options.allocator),
      arena_(limit_) {
    if (options.threads != 1) {
        parallel_ = std::make_unique<ParallelRows>(implementation, limit_, options.threads,
                                                   options.parallel);
    }
}

Request::~Request() = default;

bool Request::fail(ErrorCode code, std::size_t row, std::size_t byte) noexcept {
    error_ = {code, root_, row, byte};
    output_.clear();
    phase_ = Phase::kFailed;
    return false;
}

bool Request::put(std::string_view bytes) noexcept {
    ErrorCode code = output_.append(bytes);
    if (code != ErrorCode::kOk && free_threads_memory()) {
        code = output_.append(bytes);
    }
    return code == ErrorCode::kOk || fail(code, rows_seen_, 0);
}

bool Request::run(const Plan& plan, std::span<const kernels::Row> rows) noexcept {
    std::size_t bytes = 0;
    for (const kernels::Row& row : rows) {
        if (row.size > kLongestRow) {
            break;  // it will be refused: no room for it, nor for those behind it
        }
        bytes += row.size;
    }
    // Estimated anew only for a request larger than all of this plan's before it: looking at rows
    // twice would cost small requests as much as transforming them.
    if (&plan != sized_plan_ || bytes > sized_bytes_) {
        sized_plan_ = &plan;
        sized_bytes_ = bytes;
        sized_typenames_ = estimate_nested_typenames(plan.roots()[0], rows, bytes);
    }
    return begin(plan, bytes + sized_typenames_, rows.size()) && this->rows(rows) && end();
}

bool Request::begin(const Plan& plan, std::size_t expected_bytes,
                    std::size_t expected_rows) noexcept {
    plan_ = &plan;
    root_ = 0;
    error_ = {};
    output_.clear();
    arena_.reset();
    phase_ = Phase::kRows;

    std::size_t wanted = kWrapperStart.size() + kWrapperEnd.size() + expected_bytes +
                         expected_rows * (plan.roots()[0].row_overhead + 1) + kernels::kOutputSlack;
    for (const Root& root : plan.roots()) {
        wanted += root.member.size() + 3;  // brackets, comma
    }
    // Only an estimate: where the limit or the machine does not allow it, the rows may still fit.
    static_cast<void>(output_.reserve(wanted));
    return (!plan.wrap() || put(kWrapperStart)) && open_root();
}

bool Request::open_root() noexcept {
    const Root& root = plan_->roots()[root_];
    rows_seen_ = 0;
    return (!plan_->wrap() || put(root.member)) && (root.single || put("["));
}

bool Request::close_root() noexcept {
    return plan_->roots()[root_].single ? rows_seen_ != 0 || put("null") : put("]");
}

bool Request::next_root() noexcept {
    if (phase_ != Phase::kRows || root_ + 1 == plan_->roots().size()) {
        return false;
    }
    if (!close_root()) {
        return false;
    }
    ++root_;
    return put(",") && open_root();
}

// What the threads keep from one request to the next must not be missing in this one.
bool Request::free_threads_memory() noexcept {
    if (parallel_ == nullptr || parallel_->held_bytes() == 0) {
        return false;
    }
    parallel_->trim();
    return true;
}

kernels::BatchStatus Request::transform_batch(std::span<const kernels::Row> rows) noexcept {
    const Root& root = plan_->roots()[root_];
    if (parallel_ != nullptr && !root.single) {
        if (const auto done = parallel_->transform(root, rows, output_)) {
            return *done;
        }
    }
    const Implementation::Workspace workspace{output_.output(), arena_.scratch(), state_.get()};
    const std::size_t size = output_.size();
    const kernels::BatchStatus done = implementation_->transform_rows(root, rows, workspace);
    const bool lacks_memory = done.status.code == ErrorCode::kRequestTooLarge ||
                              done.status.code == ErrorCode::kOutOfMemory;
    if (!lacks_memory || !free_threads_memory()) {
        return done;
    }
    output_.truncate(size);
    return implementation_->transform_rows(root, rows, workspace);
}

bool Request::transform(std::span<const kernels::Row> rows) noexcept {
    const kernels::BatchStatus done = transform_batch(rows);
    if (done.status.code != ErrorCode::kOk) {
        return fail(done.status.code, rows_seen_ + done.row, done.status.offset);
    }
    rows_seen_ += rows.size();
    return true;
}

bool Request::rows(std::span<const kernels::Row> rows) noexcept {
    if (phase_ != Phase::kRows) {
        return false;
    }
    // The rows before one that is too long are judged first: the first bad row is the one reported.
    const auto too_long = std::find_if(
        rows.begin(), rows.end(), [](const kernels::Row& row) { return row.size > kLongestRow; });
    if (too_long != rows.end()) {
        const auto before = static_cast<std::size_t>(too_long - rows.begin());
        return this->rows(rows.first(before)) &&
               fail(ErrorCode::kRowTooLong, rows_seen_, kLongestRow);
    }
    if (rows.empty()) {
        return true;
    }
    if (!plan_->roots()[root_].single) {
        return (rows_seen_ == 0 || put(",")) && transform(rows);
    }
    for (const kernels::Row& row : rows) {
        // The first row is the answer; the others are only judged.
        const bool is_answer = rows_seen_ == 0;
        const std::size_t size = output_.size();
        if (!transform({&row, 1})) {
            return false;
        }
        if (!is_answer) {
            output_.truncate(size);
        }
    }
    return true;
}

bool Request::end() noexcept {
    if (phase_ != Phase::kRows || root_ + 1 != plan_->roots().size()) {
        return false;
    }
    if (!close_root() || (plan_->wrap() && !put(kWrapperEnd))) {
        return false;
    }
    phase_ = Phase::kDone;
    return true;
}

std::string_view Request::response() const noexcept {
    return phase_ == Phase::kDone ? output_.bytes() : std::string_view{};
}

void Request::trim() noexcept {
    output_.trim();
    arena_.trim();
    if (parallel_ != nullptr) {
        parallel_->trim();
    }
    phase_ = Phase::kIdle;
}

}  // namespace rowcast
