// hello, the server: sends 13 bytes to the first client and closes.
// RFC 9293 section 3.5, Figure 6 (opening); section 3.6, Figure 12 (closing).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greeting = "Hello, World!";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });            // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                              // (nothing)  LISTEN
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                        // <-- S   --> S.  <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });      // --> P.  13 bytes
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .  a write does not wait for it
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  FIN-WAIT-2  <-- F.  --> .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
