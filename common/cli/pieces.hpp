// Text made in pieces by several threads, and written in the order of the pieces.
// It knows no reports: what a piece is, is the caller's business.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>

#include "packet/line_buffer.hpp"
#include "report/spill.hpp"

namespace tcplab::cli {

/// Calls make(piece, text, spill) once for each piece, in at least one and at most so many threads; make() calls
/// spill() now and then. The texts come out in the order of the pieces, and what is held of them is bounded. Throws
/// what make() throws. When nothing can be written any more, it ends early; `out` tells.
using MakePiece = std::function<void(std::size_t piece, LineBuffer& text, const Spill& spill)>;
void write_pieces(std::ostream& out, std::size_t threads, std::size_t pieces, const MakePiece& make);

}  // namespace tcplab::cli
