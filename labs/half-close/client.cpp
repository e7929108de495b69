// half-close, the client: asks, stops sending, and still hears the whole answer.
// RFC 9293 section 3.6, case 1; section 3.6.1.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Who goes there?\n";
  std::string answer;

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });      // --> P.  16 bytes
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  <-- .  FIN-WAIT-2
  lab.step("receive", [&] { answer = tcplab::read_to_end(socket); });          // <-- P.  --> .  twice   <-- F.  --> .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on

  std::cout << answer;
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
