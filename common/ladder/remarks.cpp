#include "ladder/remarks.hpp"

#include <algorithm>

namespace tcplab {
namespace {

constexpr std::size_t line_width = 80;

/// Where `text` begins: at its column, or as far to the left as it needs to end with the line.
std::size_t start_of(const std::string& text, std::size_t column, std::size_t leftmost) {
  if (column + text.size() <= line_width) return column;
  return std::max(leftmost, line_width - std::min(line_width, text.size()));
}

std::string padded_to(std::string line, std::size_t column) {
  line.resize(std::max(line.size(), column), ' ');
  return line;
}

std::string line_with(const std::string& text, std::size_t start) {
  return padded_to("#", start) + text + "\n";
}

std::string side_by_side(const std::vector<std::string>& client, const std::vector<std::string>& server,
                         const RemarkColumns& columns) {
  std::string lines;
  for (std::size_t i = 0; i < std::max(client.size(), server.size()); ++i) {
    if (i >= server.size()) {
      lines += line_with(client[i], columns.client);
      continue;
    }
    const std::size_t start = start_of(server[i], columns.server, columns.client);
    const bool has_client = i < client.size();
    const bool share = has_client && columns.client + client[i].size() + 2 <= start;
    if (has_client && !share) lines += line_with(client[i], columns.client);
    const std::string before = share ? padded_to("#", columns.client) + client[i] : "#";
    lines += padded_to(before, start) + server[i] + "\n";
  }
  return lines;
}

}  // namespace

std::string print(const std::vector<Remark>& remarks, const RemarkColumns& columns) {
  std::string lines;
  std::vector<std::string> client, server;
  const auto print_both = [&] {
    lines += side_by_side(client, server, columns);
    client.clear();
    server.clear();
  };
  for (const Remark& remark : remarks) {
    if (remark.end) {
      (*remark.end == End::client ? client : server).push_back(remark.text);
      continue;
    }
    print_both();
    lines += line_with(remark.text, start_of(remark.text, columns.wire, columns.client));
  }
  print_both();
  return lines;
}

}  // namespace tcplab
