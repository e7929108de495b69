#include "report/analysis.hpp"

#include <utility>

namespace tcplab {

Analysis analyse(Connection connection, OptionTexts texts) {
  Analysis analysis;
  analysis.connection = std::move(connection);
  analysis.exchange = exchange_of(analysis.connection);
  analysis.verdict = judge(analysis.connection, analysis.exchange);
  analysis.ladder = ladder_of(analysis.connection, analysis.exchange, texts);
  return analysis;
}

}  // namespace tcplab
