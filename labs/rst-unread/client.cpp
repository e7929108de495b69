// rst-unread, the client: sends a question that the server never reads.
// RFC 9293 section 3.5.3.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Are you listening?\n";

  lab.step("connect", [&] { socket.connect(lab.address()); });                     // --> S   <-- S.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });          // --> P.  19 bytes   <-- .
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_to_end(socket); });  // <-- R.  CLOSED
  lab.step("close", [&] { socket.close(); });                                      // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
