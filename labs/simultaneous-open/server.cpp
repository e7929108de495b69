// simultaneous-open, the server: does not listen, but connects to the client that is connecting to it.
// RFC 9293 section 3.5, Figure 7.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("bind", [&] { tcplab::bind(socket, lab.address()); });              // (nothing)  and no listen, no accept
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("connect", [&] { socket.connect(lab.client_address()); });          // --> S   <-- S  --> S.   <-- S.
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // --> .   <-- .  <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   the FIN
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
