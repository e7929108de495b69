// Connections written as ladders, for tests: the text says what each end sent and received, and in which order.
#pragma once

#include <string>
#include <string_view>

#include "ladder/ladder.hpp"

namespace tcplab::test {

struct InitialNumbers {
  SeqNum client, server;
};

/// The numbers with which every test of sequence numbers is run: the smallest, and those where signs and values wrap.
inline const InitialNumbers initial_numbers[] = {
    {SeqNum(0), SeqNum(0)}, {SeqNum(0x7fffffff), SeqNum(0xfffffff6)}, {SeqNum(0xfffffff6), SeqNum(0x7fffffff)}};

/// The connection that two captures, one at each end, would show. Rows are a millisecond apart. Numbers in the text are
/// relative to `iss`.
Connection connection_from(std::string_view ladder, const InitialNumbers& iss = initial_numbers[0]);

/// What one capture at `end` would show of it.
Connection as_captured_at(End end, const Connection& connection);

/// Its ladder.
std::string printed(const Connection& connection);
std::string without_blanks(std::string text);

}  // namespace tcplab::test
