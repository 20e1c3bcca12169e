// A program that does nothing, of all that manage is made of: what starting
// costs at least.
#include "commands/wiring.hpp"

/// Without a use, the linker leaves everything out.
auto* volatile program = &manage::commands::program;

int main() { return 0; }
