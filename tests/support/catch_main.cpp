// Catch2's own main and, with its second generation, its whole implementation.
#ifndef TCPLAB_CATCH2_V3
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
