// write-after-close, the server: closes as soon as somebody has connected, and wants to hear nothing.
// RFC 9293 section 3.6.1 (data for a closed program is answered by a RST).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                    // (nothing)  LISTEN
  lab.ready();                                                       // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });              // <-- S   --> S.  <-- .
  lab.step("close", [&] { socket.close(); });                        // --> F.  <-- .  FIN-WAIT-2   <-- P.  --> R
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
