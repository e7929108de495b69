// simultaneous-close, the client: closes at the moment when the server closes too.
// RFC 9293 section 3.6, case 3, Figure 13.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("wait for Enter", [&] { std::cin.get(); });                         // (nothing)
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- F.  CLOSING  --> .   <-- .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
