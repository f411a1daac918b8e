// 128-bit integers, which ISO C++ lacks and both compilers have: for products that 64 bits cannot hold.
#pragma once

namespace millrace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

}  // namespace millrace
