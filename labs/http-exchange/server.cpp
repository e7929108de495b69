// http-exchange, the server: answers a request with a page that one segment cannot hold, and closes with its last byte.
// RFC 9112 section 9.6 (tear-down); RFC 9293 section 3.7.1 (what fits a segment).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string page(2695, '.');
  const std::string response =  // 2,781 bytes
      "HTTP/1.1 200 OK\r\n"
      "Content-Type: text/plain\r\n"
      "Content-Length: 2695\r\n"
      "Connection: close\r\n"
      "\r\n" +
      page;
  std::string request;

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                    // (nothing)  LISTEN
  lab.ready();                                                       // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });              // <-- S   --> S.  <-- .
  lab.step("receive", [&] { asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n"); });  // <-- P.  --> .
  lab.step("cork", [&] { tcplab::hold_back_small_segments(socket, true); });                          // (nothing)
  lab.step("send", [&] { asio::write(socket, asio::buffer(response)); });      // --> .   1448 bytes; 1333 are held back
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> FP. 1333 bytes and the FIN
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- . twice  FIN-WAIT-2  <-- F.  --> .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
