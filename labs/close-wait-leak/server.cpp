// close-wait-leak, the server: hears that the client is done, and forgets to close its own side.
// RFC 9293 section 3.6, case 2.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });       // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                         // (nothing)  LISTEN
  lab.ready();                                                            // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                   // <-- S   --> S.  <-- .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });              // <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });  // --> .
  lab.step("wait for Enter", [&] { std::cin.get(); });  // (nothing)  CLOSE-WAIT, as long as it does other things
  lab.step("close", [&] { socket.close(); });           // --> F.  the line that a leaking program lacks
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
