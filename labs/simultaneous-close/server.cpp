// simultaneous-close, the server: closes at the moment when the client closes too.
// RFC 9293 section 3.6, case 3, Figure 13.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });            // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                              // (nothing)  LISTEN
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                        // <-- S   --> S.  <-- .
  lab.step("wait for Enter", [&] { std::cin.get(); });                         // (nothing)
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- F.  CLOSING  --> .   <-- .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
