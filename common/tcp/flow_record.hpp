// What a FlowTable keeps of a connection, and where: records that are made, used again and never moved.
// The room of one decides how many connections may be open at once; so it is packed.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <optional>
#include <vector>

#include "packet/address.hpp"
#include "tcp/completeness.hpp"
#include "tcp/flow.hpp"
#include "tcp/prefetch.hpp"
#include "tcp/zeek.hpp"

namespace tcplab {

struct FlowRecord {
  std::array<std::uint32_t, 2> address{};  ///< of client and server, as IPv4 has its bytes; else client's: in the pool
  std::array<std::uint16_t, 2> port{};     ///< of client and server
  Completeness completeness;
  bool is_ipv6 : 1 = false;
  bool is_in_use : 1 = false;
  bool is_lingering : 1 = false;
  bool awaits_acceptance : 1 = false;                          ///< of a SYN that may begin another connection
  bool has_one_address : 1 = false, hears_itself : 1 = false;  ///< as with_itself.hpp has it
  Timestamp latest;
  Flow flow;
  ZeekRecord zeek;
  // Only what is above is asked for by every segment.
  Timestamp first;
  std::uint64_t first_frame : 48 = 0;
  std::uint64_t linger_place : 16 = 0;

  static constexpr std::size_t bytes_for_every_segment() {
    return sizeof(FlowRecord) - sizeof first - sizeof(std::uint64_t);
  }
};
static_assert(sizeof(FlowRecord) <= 168, "with its part of the index and what is rare, 200 bytes a connection");

class FlowStore {
 public:
  explicit FlowStore(std::pmr::memory_resource* memory) : memory_(memory) {}
  FlowStore(const FlowStore&) = delete;
  FlowStore& operator=(const FlowStore&) = delete;
  ~FlowStore();

  [[nodiscard]] FlowRecord& operator[](std::uint32_t number) {
    return chunks_[number / chunk_records][number % chunk_records];
  }
  /// The number of a record that is as new.
  std::uint32_t take();
  void give_back(std::uint32_t number);

  void set_ends(FlowRecord& record, const Endpoint& client, const Endpoint& server);
  void swap_ends(FlowRecord& record);
  [[nodiscard]] Endpoint client(const FlowRecord& record) const { return endpoint(record, End::client); }
  [[nodiscard]] Endpoint server(const FlowRecord& record) const { return endpoint(record, End::server); }
  /// Which end of the record's connection `source` is, if `destination` is the other.
  [[nodiscard]] std::optional<End> sender(const FlowRecord& record, const Endpoint& source,
                                          const Endpoint& destination) const {
    if (record.is_ipv6 || source.address.version != 4) return ipv6_sender(record, source, destination);
    const auto addresses = std::bit_cast<std::uint64_t>(record.address);
    const auto ports = std::bit_cast<std::uint32_t>(record.port);
    const auto from =
        std::bit_cast<std::uint64_t>(std::array{ipv4_word(source.address), ipv4_word(destination.address)});
    const auto from_ports = std::bit_cast<std::uint32_t>(std::array{source.port, destination.port});
    const std::uint64_t not_client = (addresses ^ from) | (ports ^ from_ports);
    const std::uint64_t not_server = (addresses ^ std::rotl(from, 32)) | (ports ^ std::rotl(from_ports, 16));
    // Without a branch between the two, for the directions alternate as they like.
    const std::uint64_t is_server = is_set(not_client);
    if ((is_server & is_set(not_server)) != 0) return std::nullopt;
    return static_cast<End>(is_server);
  }
  /// So many IPv6 addresses that they are worth asking for: few are at hand.
  [[nodiscard]] bool has_many_addresses() const { return made_pairs_ > chunk_pairs; }
  /// Its IPv6 addresses, if it has such, will be read soon.
  void expect_addresses(const FlowRecord& record) const {
    if (record.is_ipv6) prefetch(&pair(record.address[0]));
  }

  /// Whether those in use began in the order of their numbers: no record was used twice.
  [[nodiscard]] bool is_in_order();
  /// Calls visit(number) for each that is in use.
  template <typename Visit>
  void for_each(Visit visit) {
    for (std::uint32_t number = 0; number < made_; ++number)
      if ((*this)[number].is_in_use) visit(number);
  }

 private:
  static constexpr std::uint32_t chunk_records = 1U << 15U, none = 0xffffffff;
  static constexpr std::uint32_t chunk_pairs = 1U << 12U;
  using Ipv6Pair = std::array<std::array<std::uint8_t, 16>, 2>;

  [[nodiscard]] Endpoint endpoint(const FlowRecord& record, End end) const;
  static std::uint32_t ipv4_word(const IpAddress& address) {
    std::uint32_t word = 0;
    std::memcpy(&word, address.bytes.data(), sizeof word);
    return word;
  }
  /// 1 if any bit is set, else 0: compilers make branches of comparisons.
  static std::uint64_t is_set(std::uint64_t bits) { return (bits | (0U - bits)) >> 63U; }
  [[nodiscard]] std::optional<End> ipv6_sender(const FlowRecord& record, const Endpoint& source,
                                               const Endpoint& destination) const;
  [[nodiscard]] Ipv6Pair& pair(std::uint32_t number) const {
    return pairs_[number / chunk_pairs][number % chunk_pairs];
  }
  std::uint32_t take_pair();
  void drop_pair(FlowRecord& record);

  std::vector<FlowRecord*> chunks_;
  std::pmr::memory_resource* memory_;
  std::uint32_t made_ = 0;     ///< so many were in use at some time
  std::uint32_t free_ = none;  ///< the first of those that are not now; its first_frame names the next
  std::vector<std::unique_ptr<Ipv6Pair[]>> pairs_;  ///< of addresses: client, server
  std::uint32_t made_pairs_ = 0;
  std::vector<std::uint32_t> free_pairs_;
};

}  // namespace tcplab
