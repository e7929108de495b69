// process-killed-unread, the client: asks something that the server has not read when it is killed.
// RFC 9293 section 3.6.1; RFC 2525 section 2.17.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Hello?\n";
  std::string greeting;

  lab.step("connect", [&] { socket.connect(lab.address()); });                   // --> S   <-- S.  --> .
  lab.step("receive", [&] { greeting = tcplab::read_line(socket); });            // <-- P.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });        // --> P.  7 bytes   <-- .
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_line(socket); });  // <-- R.  CLOSED
  lab.step("close", [&] { socket.close(); });                                    // (nothing)

  std::cout << greeting << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
