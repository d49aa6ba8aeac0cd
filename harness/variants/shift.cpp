// Stands first in the library's code, so that all that follows lies ROWCAST_SHIFT bytes further on.

#define ROWCAST_TEXT_OF(number) #number
#define ROWCAST_TEXT(number) ROWCAST_TEXT_OF(number)

asm(".section .text\n"
    ".balign 64\n"
    ".skip " ROWCAST_TEXT(ROWCAST_SHIFT) ", 0x90\n"
    ".previous\n");
