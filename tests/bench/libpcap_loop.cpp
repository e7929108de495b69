// libpcap_loop FILE: reads a capture with libpcap and counts its packets, the least that a tool built on it can do.
// "-" is standard input.
#include <pcap/pcap.h>

#include <cstdint>
#include <cstdio>

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("hint: libpcap_loop FILE\n", stderr);
    return 2;
  }
  char problem[PCAP_ERRBUF_SIZE] = "";
  pcap_t* capture = pcap_open_offline(words[1], problem);
  if (capture == nullptr) {
    std::fprintf(stderr, "error: %s\n", problem);
    return 2;
  }
  std::uint64_t packets = 0, bytes = 0;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    ++packets;
    bytes += header->len;
  }
  std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(packets),
              static_cast<unsigned long long>(bytes));
  pcap_close(capture);
  return 0;
}
