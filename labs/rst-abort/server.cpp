// rst-abort, the server: greets, waits for the client to say something, and is told that the connection is no more.
// RFC 9293 section 3.5.3.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greeting = "Hello, World!";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });                // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                                  // (nothing)  LISTEN
  lab.ready();                                                                     // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                            // <-- S   --> S.  <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });          // --> P.  13 bytes   <-- .
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_to_end(socket); });  // <-- R.  CLOSED
  lab.step("close", [&] { socket.close(); });                                      // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
