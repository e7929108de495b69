// time-wait-reopen, the server: serves two clients, one after the other, and closes first both times.
// RFC 9293 section 3.6.1; RFC 6191.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string greetings[] = {"First.\n", "Second.\n"};

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                    // (nothing)  LISTEN
  lab.ready();                                                       // (nothing)  a client may start
  for (const std::string& greeting : greetings) {
    lab.step("accept", [&] { acceptor.accept(socket); });  // <-- S   --> S.  <-- .   the second out of TIME-WAIT
    lab.step("send", [&] { asio::write(socket, asio::buffer(greeting)); });      // --> P.  7 bytes, then 8
    lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .
    lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
    lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  FIN-WAIT-2  <-- F.  --> .
    lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
  }
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
