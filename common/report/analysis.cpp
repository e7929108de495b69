#include "report/analysis.hpp"

#include <utility>

namespace tcplab {

Analysis analyse(Connection connection) {
  Analysis analysis;
  analysis.connection = std::move(connection);
  analysis.exchange = exchange_of(analysis.connection);
  analysis.verdict = judge(analysis.connection, analysis.exchange);
  analysis.ladder = ladder_of(analysis.connection, analysis.exchange);
  return analysis;
}

}  // namespace tcplab
