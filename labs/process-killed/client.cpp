// process-killed, the client: reads to the end and closes, as ever: it cannot tell that the server was killed.
// RFC 9293 section 3.6, Figure 12 (here the server is the one that begins).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  std::string greeting;

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("receive", [&] { greeting = tcplab::read_to_end(socket); });        // <-- P.  --> .   <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   Linux would wait for our FIN
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)

  std::cout << greeting;
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
