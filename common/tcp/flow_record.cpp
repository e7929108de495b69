#include "tcp/flow_record.hpp"

#include <cstring>
#include <memory>
#include <utility>

namespace tcplab {
namespace {

using Ipv6Bytes = std::array<std::uint8_t, 16>;
bool is_same(const Ipv6Bytes& one, const Ipv6Bytes& other) {
  using Words = std::array<std::uint64_t, 2>;
  const auto left = std::bit_cast<Words>(one), right = std::bit_cast<Words>(other);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0;
}

}  // namespace

FlowStore::~FlowStore() {
  for (std::uint32_t number = 0; number < made_; ++number) std::destroy_at(&(*this)[number]);
  for (FlowRecord* chunk : chunks_) memory_->deallocate(chunk, chunk_records * sizeof(FlowRecord), alignof(FlowRecord));
}

std::uint32_t FlowStore::take() {
  if (free_ != none) {
    const std::uint32_t number = free_;
    free_ = static_cast<std::uint32_t>((*this)[number].first_frame);
    (*this)[number].is_in_use = true;
    return number;
  }
  if (made_ == chunks_.size() * chunk_records) {
    chunks_.reserve(chunks_.size() + 1);
    chunks_.push_back(
        static_cast<FlowRecord*>(memory_->allocate(chunk_records * sizeof(FlowRecord), alignof(FlowRecord))));
  }
  std::construct_at(&(*this)[made_])->is_in_use = true;
  return made_++;
}

void FlowStore::give_back(std::uint32_t number) {
  FlowRecord& record = (*this)[number];
  drop_pair(record);
  std::destroy_at(&record);
  std::construct_at(&record)->first_frame = free_;
  free_ = number;
}

bool FlowStore::is_in_order() {
  std::uint64_t latest = 0;
  bool is_in_order = true;
  for_each([&](std::uint32_t number) {
    const std::uint64_t first = (*this)[number].first_frame;
    is_in_order = is_in_order && first >= latest;
    latest = first;
  });
  return is_in_order;
}

void FlowStore::set_ends(FlowRecord& record, const Endpoint& client, const Endpoint& server) {
  drop_pair(record);
  record.port = {client.port, server.port};
  record.is_ipv6 = client.address.version == 6;
  if (record.is_ipv6) {
    record.address = {take_pair(), 0};
    pair(record.address[0]) = {client.address.bytes, server.address.bytes};
  } else {
    auto& [client_address, server_address] = record.address;
    std::memcpy(&client_address, client.address.bytes.data(), sizeof client_address);
    std::memcpy(&server_address, server.address.bytes.data(), sizeof server_address);
  }
}

void FlowStore::swap_ends(FlowRecord& record) {
  std::swap(record.port[0], record.port[1]);
  if (record.is_ipv6)
    std::swap(pair(record.address[0])[0], pair(record.address[0])[1]);
  else
    std::swap(record.address[0], record.address[1]);
}

Endpoint FlowStore::endpoint(const FlowRecord& record, End end) const {
  const auto which = index_of(end);
  Endpoint endpoint{{}, record.port[which]};
  if (record.is_ipv6)
    endpoint.address = IpAddress::v6(pair(record.address[0])[which]);
  else
    std::memcpy(endpoint.address.bytes.data(), &record.address[which], sizeof record.address[which]);
  return endpoint;
}

std::optional<End> FlowStore::ipv6_sender(const FlowRecord& record, const Endpoint& source,
                                          const Endpoint& destination) const {
  if (!record.is_ipv6 || source.address.version != 6) return std::nullopt;
  const Ipv6Pair& own = pair(record.address[0]);
  const auto are = [&](const Endpoint& client, const Endpoint& server) {
    return record.port[0] == client.port && record.port[1] == server.port && is_same(own[0], client.address.bytes) &&
           is_same(own[1], server.address.bytes);
  };
  if (are(source, destination)) return End::client;
  if (are(destination, source)) return End::server;
  return std::nullopt;
}

std::uint32_t FlowStore::take_pair() {
  if (!free_pairs_.empty()) {
    const std::uint32_t number = free_pairs_.back();
    free_pairs_.pop_back();
    return number;
  }
  if (made_pairs_ == pairs_.size() * chunk_pairs)
    pairs_.push_back(std::make_unique_for_overwrite<Ipv6Pair[]>(chunk_pairs));
  return made_pairs_++;
}

void FlowStore::drop_pair(FlowRecord& record) {
  if (record.is_ipv6) free_pairs_.push_back(record.address[0]);
  record.is_ipv6 = false;
}

}  // namespace tcplab
