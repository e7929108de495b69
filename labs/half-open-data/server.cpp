// half-open-data, the server: greets, and waits for the client to speak. Its host is gone before that.
// RFC 9293 section 3.5.1, Figure 10.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greeting = "Welcome back.\n";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });        // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                          // (nothing)  LISTEN
  lab.ready();                                                             // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                    // <-- S   --> S.  <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });  // --> P.  14 bytes   <-- .
  lab.step("receive", [&] { tcplab::read_line(socket); });                 // (nothing)  in these labs it never comes
  lab.step("close", [&] { socket.close(); });                              // --> F.  if it did
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
