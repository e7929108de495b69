// The two links: hosts and a wire that the loop drives, or one host that needs nobody.
// Only here is a link's kind decided.
#include "rig/link.hpp"

#include <algorithm>

#include "rig/interface.hpp"
#include "rig/kernel_states.hpp"
#include "rig/namespaces.hpp"
#include "rig/sysctls.hpp"
#include "rig/wire.hpp"

namespace tcplab::rig {
namespace {

using std::chrono::milliseconds;

class WireLink : public Link {
 public:
  WireLink(const RecordingPlan& plan, EventLog& events, Loop& loop)
      : kind_(choose_attachment()),
        client_(make_wired_host(End::client, kind_, plan.client.sysctls)),
        server_(make_wired_host(End::server, kind_, plan.server.sysctls)),
        states_({&client_.host.connections, &server_.host.connections}, events),
        wire_({std::move(client_.nic), std::move(server_.nic)}, plan.delay, states_) {
    for (const End side : {End::client, End::server}) {
      loop.watch(wire_.descriptor(side), [this, side] { wire_.drain(side); });
    }
    loop.every_turn([this] { return wire_.next_due(); }, [this] { turn(); });
  }

  [[nodiscard]] std::string name() const override { return std::string(to_string(kind_)); }
  [[nodiscard]] const Host& host(End side) const override { return side == End::client ? client_.host : server_.host; }
  [[nodiscard]] std::string server_address() const override { return rig::server_address(false); }
  [[nodiscard]] std::vector<Point> capture_points() const override {
    return {{&client_.host, "client"}, {&server_.host, "server"}};
  }
  [[nodiscard]] std::uint64_t frames_at(std::size_t point) const override {
    return wire_.frames_at(point == 0 ? End::client : End::server);
  }
  [[nodiscard]] bool at_rest() override {
    if (wire_.next_due()) return false;
    states_.look_again();
    return states_.at_rest();
  }
  [[nodiscard]] Loop::Clock::time_point last_activity() override { return wire_.last_activity(); }

 private:
  void turn() {
    wire_.deliver_due();
    if (Clock::now() < next_look_) return;
    states_.look_again();
    next_look_ = Clock::now() + milliseconds(20);
  }

  AttachmentKind kind_;
  WiredHost client_, server_;
  KernelStates states_;
  Wire wire_;
  Clock::time_point next_look_ = Clock::now();
};

class LoopbackLink : public Link {
 public:
  explicit LoopbackLink(const Sysctls& sysctls) : host_(make_loopback_host(sysctls)) {}

  [[nodiscard]] std::string name() const override { return "loopback"; }
  [[nodiscard]] const Host& host(End /*side*/) const override { return host_; }
  [[nodiscard]] std::string server_address() const override { return rig::server_address(true); }
  [[nodiscard]] std::vector<Point> capture_points() const override { return {{&host_, "loopback"}}; }
  [[nodiscard]] std::uint64_t frames_at(std::size_t /*point*/) const override {
    const Visit host(host_.network.get());
    return frames_received(host_.interface);
  }
  [[nodiscard]] bool at_rest() override {
    const auto ends = host_.connections.all();
    return std::all_of(ends.begin(), ends.end(), [](State state) { return is_over(state) || state == State::listen; });
  }
  [[nodiscard]] Loop::Clock::time_point last_activity() override {
    if (const auto frames = frames_at(0); frames != last_frames_) {
      last_frames_ = frames;
      last_activity_ = Clock::now();
    }
    return last_activity_;
  }

 private:
  Host host_;
  std::uint64_t last_frames_ = 0;
  Clock::time_point last_activity_ = Clock::now();
};

/// On loopback both programs are on one host, which can have one value for a setting.
Sysctls merged_sysctls(const RecordingPlan& plan) {
  Sysctls merged = plan.client.sysctls;
  for (const auto& [name, value] : plan.server.sysctls) {
    if (merged.emplace(name, value).first->second == value) continue;
    throw RigError("client and server want different values of " + name,
                   "on loopback they are one host: record on the wire");
  }
  return merged;
}

}  // namespace

std::unique_ptr<Link> make_link(const RecordingPlan& plan, EventLog& events, Loop& loop) {
  if (plan.link == LinkKind::loopback) return std::make_unique<LoopbackLink>(merged_sysctls(plan));
  pin_sysctls();  // of the wire's own namespace, whose ends of veth pairs must not speak up
  return std::make_unique<WireLink>(plan, events, loop);
}

}  // namespace tcplab::rig
