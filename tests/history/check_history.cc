// Judges a history that was kept: check_history FILE...
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/history/checker.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: check_history FILE...\n";
    return 2;
  }
  int bad = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i]);
    std::stringstream text;
    text << file.rdbuf();
    const auto history = regent::history::FromText(text.str());
    if (!file || !history.ok()) {
      std::cerr << argv[i] << ": " << (file ? std::string(history.status().message()) : "cannot be read") << "\n";
      return 2;
    }
    const auto verdict = regent::history::Check(*history);
    std::cout << argv[i] << ": " << history->size() << " operations, " << (verdict.ok ? "fine" : verdict.why) << "\n";
    bad += verdict.ok ? 0 : 1;
  }
  return bad > 0 ? 1 : 0;
}
