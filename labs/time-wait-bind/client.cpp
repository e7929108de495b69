// time-wait-bind, the client: closes after the server, so that the server is the one left in TIME-WAIT.
// RFC 9293 section 3.6, Figure 12 (here the server is the one that begins).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
