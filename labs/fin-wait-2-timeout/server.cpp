// fin-wait-2-timeout, the server: takes longer to answer than the client's kernel is willing to wait.
// RFC 9293 section 3.5.2, group 1 (what is sent to a connection that does not exist is answered by a RST).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string answer = "Late.\n";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });       // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                         // (nothing)  LISTEN
  lab.ready();                                                            // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                   // <-- S   --> S.  <-- .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });              // <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });  // --> .
  lab.step("wait for Enter", [&] { std::cin.get(); });  // (nothing)  until the client's kernel has given up
  lab.step("send", [&] { asio::write(socket, asio::buffer(answer)); });        // --> P.  6 bytes: it succeeds
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- R   CLOSED: no ACK comes
  lab.step_fails("send", tcplab::broken_pipe, [&] { asio::write(socket, asio::buffer(answer)); });  // (nothing)
  lab.step("close", [&] { socket.close(); });                                                       // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
