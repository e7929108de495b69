// A capture of very many connections: a lab's, again and again.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "capture/files.hpp"
#include "capture/fragmented.hpp"

namespace tcplab::test {

/// A pcap file of the lab's connection so many times, each between two addresses of its own. `labs`: their folder.
inline Bytes many_times(const std::string& labs, const std::string& lab, unsigned count) {
  std::ifstream stream(labs + "/" + lab + "/reference/client.pcap", std::ios::binary);
  const auto records = read_file({std::istreambuf_iterator<char>(stream), {}}).records;
  constexpr std::size_t source = 14 + 12, destination = source + 4, whole = 65'536;
  std::vector<Record> all;
  for (unsigned i = 0; i < count; ++i) {
    for (Record record : records) {
      if (record.bytes.at(12) != 0x08 || record.bytes.at(13) != 0x00) continue;
      put_be16(record.bytes, source + 1, i);
      put_be16(record.bytes, destination + 1, i);
      all.push_back(record);
    }
  }
  return fragmented_pcap(all, whole);
}

}  // namespace tcplab::test
