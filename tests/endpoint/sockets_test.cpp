#include "endpoint/sockets.hpp"

#include <thread>

#include "endpoint/failure.hpp"
#include "endpoint/kernel_state.hpp"
#include "endpoint/lab.hpp"
#include "support/catch.hpp"

using asio::ip::tcp;
using tcplab::State;
using tcplab::test::leave_out_under_wine;

namespace {

// Two ends of one connection over loopback.
struct Pair {
  asio::io_context context;
  tcp::acceptor acceptor{context};
  tcp::socket client{context}, server{context};

  Pair() {
    tcplab::bind(acceptor, {asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    client.connect(acceptor.local_endpoint());
    acceptor.accept(server);
  }

  void say(tcp::socket& from, const std::string& text) { asio::write(from, asio::buffer(text)); }
};

constexpr const char* no_tcp_info = "SIO_TCP_INFO fails with 10045, so an open socket does not tell its state";

State state_of(tcp::socket& socket) {
  return tcplab::state_of_socket(socket.native_handle()).value();
}

}  // namespace

TEST_CASE("a server that left its port to the kernel learns it from the bind") {
  tcplab::Lab lab(tcplab::Role::server, tcplab::parse_options(tcplab::Role::server, {"--port", "0"}), "server");
  tcp::acceptor acceptor(lab.context());
  lab.watch(acceptor);
  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });
  CHECK(lab.address().port() != 0);
  CHECK(lab.address() == acceptor.local_endpoint());
}

TEST_CASE("a server that binds a socket of its own learns the port as well, and the client's is behind it") {
  tcplab::Lab lab(tcplab::Role::server, tcplab::parse_options(tcplab::Role::server, {"--port", "0"}), "server");
  tcp::socket socket(lab.context());
  lab.watch(socket);
  lab.step("bind", [&] { tcplab::bind(socket, lab.address()); });
  CHECK(lab.address() == socket.local_endpoint());
  CHECK(lab.client_address().port() == lab.address().port() + (lab.address().port() < 65535 ? 1 : -1));
}

TEST_CASE("a client that binds connects from there, also where its last connection is in TIME-WAIT") {
  asio::io_context context;
  tcp::acceptor acceptor(context);
  tcplab::bind(acceptor, {asio::ip::address_v4::loopback(), 0});
  acceptor.listen();
  tcp::endpoint from(asio::ip::address_v4::loopback(), 0);
  {
    tcp::socket first(context), server(context);
    tcplab::bind(first, from);
    from = first.local_endpoint();
    first.connect(acceptor.local_endpoint());
    acceptor.accept(server);
    CHECK(server.remote_endpoint() == from);
    first.shutdown(tcp::socket::shutdown_send);
    tcplab::read_to_end(server);
    server.close();
    tcplab::read_to_end(first);
  }
  tcp::socket second(context);
  tcplab::bind(second, from);
  CHECK(second.local_endpoint() == from);
}

TEST_CASE("a client cannot bind to a port on which somebody listens") {
  asio::io_context context;
  tcp::acceptor holder(context);
  tcplab::bind(holder, {asio::ip::address_v4::loopback(), 0});
  holder.listen();
  tcp::socket client(context);
  try {
    tcplab::bind(client, holder.local_endpoint());
    FAIL("no error");
  } catch (const std::system_error& error) {
    CHECK(tcplab::address_in_use.includes(error.code()));
  }
}

TEST_CASE("reading to the end gives all up to the FIN") {
  Pair pair;
  const std::string text(100'000, 'x');
  std::thread writer([&] {
    pair.say(pair.client, text);
    pair.client.shutdown(tcp::socket::shutdown_send);
  });
  CHECK(tcplab::read_to_end(pair.server) == text);
  writer.join();
}

TEST_CASE("reading to the end throws on a RST") {
  leave_out_under_wine("an RST that came before the read reads as end of file");
  Pair pair;
  pair.client.set_option(tcp::socket::linger(true, 0));
  pair.client.close();
  try {
    tcplab::read_to_end(pair.server);
    FAIL("no error");
  } catch (const std::system_error& error) {
    CHECK(tcplab::reset.includes(error.code()));
  }
}

TEST_CASE("reading a line stops before its end") {
  Pair pair;
  pair.say(pair.client, "one line\n");
  CHECK(tcplab::read_line(pair.server) == "one line");
}

TEST_CASE("a line that was not finished is an error") {
  Pair pair;
  pair.say(pair.client, "half a li");
  pair.client.close();
  CHECK_THROWS_AS(tcplab::read_line(pair.server), std::system_error);
}

TEST_CASE("what was written is acknowledged though the peer does not read it") {
  Pair pair;
  pair.say(pair.client, "anyone?");
  tcplab::wait_until_acknowledged(pair.client);
  CHECK(tcplab::unacknowledged_bytes(pair.client).value_or(0) == 0);
  CHECK(pair.server.available() == 7);
}

TEST_CASE("waiting for an ACK ends with the connection") {
  leave_out_under_wine(no_tcp_info);
  Pair pair;
  // More than both buffers hold, and nobody reads: some of it can never be acknowledged.
  pair.client.non_blocking(true);
  asio::error_code error;
  const std::string much(1'000'000, 'x');
  while (!error) pair.client.write_some(asio::buffer(much), error);
  pair.server.set_option(tcp::socket::linger(true, 0));
  pair.server.close();
  tcplab::wait_until_acknowledged(pair.client);
  CHECK(state_of(pair.client) == State::closed);
}

TEST_CASE("acknowledging at once is harmless where nothing is to be acknowledged") {
  leave_out_under_wine(no_tcp_info);
  Pair pair;
  tcplab::acknowledge_at_once(pair.server);
  CHECK(state_of(pair.server) == State::established);
}

#ifndef __APPLE__
TEST_CASE("the kernel tells the state of a connection by its addresses") {
  Pair pair;
  const auto client = pair.client.local_endpoint(), server = pair.server.local_endpoint();
  CHECK(tcplab::state_of_connection(client, server) == State::established);
  pair.client.shutdown(tcp::socket::shutdown_send);
  tcplab::read_to_end(pair.server);
  CHECK(tcplab::state_of_connection(server, client) == State::close_wait);
  CHECK(tcplab::state_of_connection(client, {server.address(), 1}) == State::closed);
}
#endif

#ifdef __linux__
TEST_CASE("a small segment that is held back leaves when it is let go") {
  Pair pair;
  tcplab::hold_back_small_segments(pair.client, true);
  pair.say(pair.client, "first, ");
  pair.say(pair.client, "second");
  CHECK(pair.server.available() == 0);
  tcplab::hold_back_small_segments(pair.client, false);
  tcplab::wait_until_acknowledged(pair.client);
  CHECK(pair.server.available() == 13);
}

TEST_CASE("the kernel tells the states of an orderly close, TIME-WAIT by the addresses alone") {
  Pair pair;
  const auto local = pair.client.local_endpoint();
  const auto remote = pair.client.remote_endpoint();
  CHECK(tcplab::state_of_socket(pair.acceptor.native_handle()) == State::listen);
  CHECK(state_of(pair.client) == State::established);
  CHECK(tcplab::state_of_connection(local, remote) == State::established);

  pair.client.shutdown(tcp::socket::shutdown_send);
  tcplab::read_to_end(pair.server);
  CHECK(state_of(pair.server) == State::close_wait);
  tcplab::acknowledge_at_once(pair.server);
  CHECK(state_of(pair.client) == State::fin_wait_2);

  pair.server.close();
  tcplab::read_to_end(pair.client);
  CHECK(tcplab::state_of_connection(local, remote) == State::time_wait);
  pair.client.close();
  CHECK(tcplab::state_of_connection(local, remote) == State::time_wait);
  CHECK(tcplab::state_of_connection(remote, local) == State::closed);
}

TEST_CASE("the kernel tells the state of a connection over IPv6") {
  asio::io_context context;
  tcp::acceptor acceptor(context);
  try {
    tcplab::bind(acceptor, {asio::ip::address_v6::loopback(), 0});
  } catch (const std::system_error& error) {
    tcplab::test::skip(std::string("no ::1 on this machine: ") + error.what());
  }
  acceptor.listen();
  tcp::socket client(context);
  client.connect(acceptor.local_endpoint());
  CHECK(tcplab::state_of_connection(client.local_endpoint(), client.remote_endpoint()) == State::established);
}
#endif
