// udp-echo, the server: answers one datagram and closes its socket, of which nobody is told.
// RFC 768.
#include "endpoint/lab.hpp"

using asio::ip::udp;

void server(tcplab::Lab& lab) {
  const udp::endpoint address(lab.address().address(), lab.address().port());
  udp::socket socket(lab.context(), address.protocol());
  udp::endpoint client;
  std::string question(100, ' ');
  const std::string answer = "Pong!\n";

  lab.step("bind", [&] { socket.bind(address); });                                    // (nothing)  no listen, no accept
  lab.ready();                                                                        // (nothing)  a client may start
  lab.step("receive", [&] { socket.receive_from(asio::buffer(question), client); });  // <-- UDP (5)
  lab.step("send", [&] { socket.send_to(asio::buffer(answer), client); });            // --> UDP (6)
  lab.step("close", [&] { socket.close(); });  // (nothing)  from now on: <-- UDP  --> ICMP 3/3
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
