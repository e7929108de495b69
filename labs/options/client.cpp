// options, the client: sends 1460 bytes, which is just what the peer's MSS allows, and closes.
// RFC 9293 section 3.2 (options); RFC 7323 (window scale, timestamps); RFC 2018 (SACK).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string page(1460, '.');

  lab.step("connect", [&] { socket.connect(lab.address()); });         // --> S <options>  <-- S. <options>  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(page)); });  // --> .  1448 bytes  --> P.  12 more
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .  <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  <-- F.  --> .  TIME-WAIT
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
