// Sorts a capture's TCP segments into connections, its UDP datagrams into exchanges, and ICMP errors to what they are
// about.
// A four-tuple that is used again starts a new connection; a stray SYN on a live connection does not:
// connection_start.hpp has the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "packet/packet.hpp"
#include "tcp/connection.hpp"
#include "tcp/connection_start.hpp"
#include "tcp/endpoint_hash.hpp"
#include "tcp/flow_index.hpp"
#include "tcp/flow_segment.hpp"
#include "tcp/segment_store.hpp"
#include "tcp/with_itself.hpp"

namespace tcplab {

/// The connections that one of several tables keeps, of which each takes in all packets of the capture and all have the
/// same seed.
struct TableShare {
  std::size_t index = 0, tables = 1;
};

class ConnectionTable {
 public:
  /// `seed`: of the hash, which nobody should know beforehand; no result depends on it. `memory`: of what it keeps.
  explicit ConnectionTable(std::uint64_t seed = 0, std::pmr::memory_resource* memory = std::pmr::get_default_resource(),
                           TableShare share = {})
      : seed_(seed), share_(share), latest_(memory), index_(memory), store_(memory) {}

  /// Takes in one frame of a capture; what is neither TCP nor UDP, nor an ICMP error that quotes one of those seen
  /// before, is passed over. `frame` is its number in the file.
  void add(Timestamp time, const Packet& packet, std::uint64_t frame);

  /// Of two ends, whichever of them sends.
  [[nodiscard]] std::uint32_t hash_of(const Endpoint& one, const Endpoint& other) const {
    return hash_between(one, other, seed_);
  }
  /// Whether this table has the connections of that hash. By the lower half: the index goes by the upper one.
  [[nodiscard]] bool keeps(std::uint32_t hash) const { return (hash & 0xffffU) * share_.tables >> 16U == share_.index; }
  /// add() of a segment that has the hash of its ends, which this table keeps.
  void add(FlowSegment& segment, std::span<const std::uint8_t> options);

  static constexpr std::size_t most_expected = 64;
  /// Segments of these hashes come next, at most most_expected. What the table has of them is asked for together, which
  /// changes nothing but time.
  void expect(std::span<const std::uint32_t> hashes) const;
  /// The capture had a frame then.
  void watch_until(Timestamp time) { watched_until_ = time; }

  /// The connections so far, in the order in which they were recognised.
  [[nodiscard]] std::vector<Connection> connections() const;
  /// The connections in the order of their first segments. The table is empty then.
  StoredConnections take_stored();
  std::vector<Connection> take() { return take_stored().take_all(); }

 private:
  /// A SYN that may begin another connection: the client's latest.
  struct ForeignSyn {
    std::size_t place = 0;  ///< in the connection's segments
    SeqNum number;
    Flow before;  ///< as the flow was before that SYN
  };
  /// The latest connection of a four-tuple, and what decides whether another begins. That is seldom asked, and nearly
  /// always the flow may wait until then for the segments that were kept meanwhile.
  struct Latest {
    std::size_t index = 0;  ///< in connections_
    Timestamp time;         ///< of its latest segment
    std::unique_ptr<ForeignSyn> foreign_syn;
    WithItself itself;
    bool flow_may_wait = false;
    SegmentStore::Place flow_has;  ///< seen, up to there
    Timestamp flow_time;           ///< of the latest of that
    Flow flow;
    void note_flow_has_all(const SegmentStore::Chain& chain) {
      flow_has.skip_all(chain);
      flow_time = time;
    }
  };
  /// Which end of it `one` is, too; nothing if there is none yet between the two.
  struct Found {
    Latest* latest = nullptr;
    End from = End::client;
  };
  Found find(Protocol protocol, std::uint32_t hash, const Endpoint& one, const Endpoint& other);
  Latest& insert(std::uint32_t hash, Latest latest);
  void add_datagram(const UdpDatagram& datagram, const IpHeader& ip, const Sighting& seen);
  void add_error(const IcmpMessage& message, const IpHeader& ip, const Sighting& seen);
  /// Whether the segment may begin another connection, or tell of this one what is not judged later.
  [[nodiscard]] static bool needs_flow(const Latest& latest, const SegmentHeader& header, Timestamp time) {
    return !latest.flow_may_wait || header.has(TcpFlags::syn) || time - latest.time > time_wait_length;
  }
  void keep(Latest& latest, const SegmentHeader& header, std::span<const std::uint8_t> options, const Sighting& seen);
  void catch_up(Latest& latest);
  void follow(Latest& latest, const SegmentHeader& header, std::span<const std::uint8_t> options, const Sighting& seen);
  Latest begin_latest(const Endpoint& source, const Endpoint& destination, TcpFlags first_flags);
  /// By value: they may be of a connection, and all connections may move as another begins.
  StoredConnections::One& begin(Protocol protocol, Endpoint client, Endpoint server);
  void swap_ends(Latest& latest);
  void await_acceptance(Latest& latest);
  void split_at_foreign_syn(Latest& latest);

  std::uint64_t seed_;
  TableShare share_;
  std::vector<StoredConnections::One> connections_;
  std::pmr::vector<Latest> latest_;
  FlowIndex index_;  ///< of latest_
  SegmentStore store_;
  std::optional<Timestamp> watched_until_;
};

}  // namespace tcplab
