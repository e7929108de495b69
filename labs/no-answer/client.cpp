// no-answer, the client: knocks, knocks again, and gives up.
// RFC 9293 section 3.8.3; RFC 6298 section 5 (back-off).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step_fails("connect", tcplab::timed_out, [&] { socket.connect(lab.address()); });  // --> S  --> S  --> S  CLOSED
  lab.step("close", [&] { socket.close(); });                                            // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
