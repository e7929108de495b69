// four-segment-close, the client: asks, hears the answer, and closes first.
// RFC 9293 section 3.6, Figure 12.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Anything else?\n";
  std::string answer;

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });      // --> P.  15 bytes   <-- .
  lab.step("receive", [&] { answer = tcplab::read_line(socket); });            // <-- P.  --> .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  <-- F.  --> .  TIME-WAIT
  lab.step("close", [&] { socket.close(); });                                  // (nothing)

  std::cout << answer << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
