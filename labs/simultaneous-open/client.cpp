// simultaneous-open, the client: connects to a server that is connecting to it, and closes first.
// RFC 9293 section 3.5, Figure 7.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("bind", [&] { tcplab::bind(socket, lab.client_address()); });       // (nothing)  the server must know it
  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S  --> S.   <-- S.
  lab.step("wait for Enter", [&] { std::cin.get(); });                         // --> .   <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  <-- F.  --> .  TIME-WAIT
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
