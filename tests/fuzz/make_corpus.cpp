// make_corpus LABS DIRECTORY: writes the inputs that the fuzz targets begin with.
#include <exception>
#include <iostream>

#include "fuzz/corpus.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: make_corpus LABS DIRECTORY\n";
    return 2;
  }
  try {
    tcplab::fuzz::make_corpora(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
