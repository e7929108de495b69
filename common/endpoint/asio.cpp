// Asio's own code, compiled once here and not in every lab program (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
