// process-killed, the server: greets, and is killed while it is busy with something else. It closes nothing itself.
// RFC 9293 section 3.6, Figure 12.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greeting = "Please hold on.\n";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });        // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                          // (nothing)  LISTEN
  lab.ready();                                                             // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                    // <-- S   --> S.  <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });  // --> P.  16 bytes   <-- .
  lab.step("wait for Enter", [&] { std::cin.get(); });  // --> F.  its kernel, when the program is killed here
  lab.step("close", [&] { socket.close(); });           // --> F.  if nobody killed it
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
