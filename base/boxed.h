// An optional that takes one pointer: for what is big, seldom there, and kept many times.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace regent {

// Used as std::optional is; copying copies the value. Owns it.
template <typename T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(std::nullopt_t) {}                                                              // NOLINT: as std::optional
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}                     // NOLINT
  Boxed(std::optional<T> value) : value_(value ? Make(*std::move(value)) : nullptr) {}  // NOLINT
  Boxed(const Boxed& other) : value_(other ? Make(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    if (this != &other) value_ = other ? Make(*other) : nullptr;
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  ~Boxed() = default;

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  void reset() { value_.reset(); }
  T& emplace(T value = T()) {
    value_ = Make(std::move(value));
    return *value_;
  }

  friend bool operator==(const Boxed& a, const Boxed& b) {
    return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
  }

 private:
  static std::unique_ptr<T> Make(T value) { return std::make_unique<T>(std::move(value)); }

  std::unique_ptr<T> value_;
};

}  // namespace regent
