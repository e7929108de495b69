// http-exchange, the client: asks a web server for a page, and reads until the server closes.
// RFC 9112 section 9.6 (tear-down); RFC 9293 section 3.7.1 (what fits a segment).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string request =  // 172 bytes
      "GET /labs/http-exchange HTTP/1.1\r\n"
      "Host: www.example.com\r\n"
      "User-Agent: a-lab/1.0 (reads a page once)\r\n"
      "Accept: text/plain\r\n"
      "Accept-Language: en, de;q=0.5\r\n"
      "Connection: close\r\n"
      "\r\n";
  std::string response;

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(request)); });       // --> P.  172 bytes   <-- .
  lab.step("receive", [&] { response = tcplab::read_to_end(socket); });        // <-- .  --> .   <-- FP.
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   CLOSE-WAIT
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)

  std::cout << response.substr(0, response.find('\r')) << ": " << response.size() << " bytes\n";
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
