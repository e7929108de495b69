// half-open-reopen, the server: still believes in a connection that its client has forgotten.
// RFC 9293 section 3.5.1, Figure 9.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greeting = "Welcome back, client!";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });                // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                                  // (nothing)  LISTEN
  lab.ready();                                                                     // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                            // <-- S   --> S.  <-- .
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_to_end(socket); });  // <-- S   --> .   <-- R  CLOSED
  lab.step("close", [&] { socket.close(); });                                      // (nothing)
  lab.step("accept again", [&] { acceptor.accept(socket); });                      // <-- S   --> S.  <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });          // --> P.  21 bytes
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });      // <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });      // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                       // <-- .  <-- F.  --> .  TIME-WAIT
  lab.step("close", [&] { socket.close(); });                                      // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
