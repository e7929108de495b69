// A connection with all that is derived from it: what every report starts from.
#pragma once

#include "ladder/ladder.hpp"
#include "tcp/verdict.hpp"

namespace tcplab {

struct Analysis {
  Connection connection;
  Exchange exchange;
  Verdict verdict;
  Ladder ladder;
};

Analysis analyse(Connection connection, OptionTexts texts = OptionTexts::given);

}  // namespace tcplab
