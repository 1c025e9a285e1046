#include "schema/protobuf/printer.h"

#include <limits>
#include <string_view>

#include "base/utf8.h"

namespace regent::protobuf {
namespace {

constexpr int kIndentStep = 2;

std::string_view LabelText(Label label) {
  switch (label) {
    case Label::kOptional:
      return "optional ";
    case Label::kRequired:
      return "required ";
    case Label::kRepeated:
      return "repeated ";
    case Label::kNone:
      break;
  }
  return "";
}

class Printer {
 public:
  std::string Print(const File& file) {
    if (file.syntax.has_value()) {
      Text("syntax = ");
      Quoted(*file.syntax);
      Text(";\n");
    }
    if (!file.package.empty()) Line({"package ", file.package, ";"});
    PrintImports(file);
    PrintOptionStatements(file.options, Blank::kYes);
    if (!file.messages.empty() || !file.enums.empty()) BlankLine();
    for (const Message& message : file.messages) PrintMessage(message);
    for (const Enum& enumeration : file.enums) PrintEnum(enumeration);
    PrintExtends(file.extends, Blank::kYes);
    if (!file.services.empty()) BlankLine();
    for (const Service& service : file.services) PrintService(service);
    return std::move(out_);
  }

  std::string Print(const Field& field) {
    PrintField(field);
    return std::move(out_);
  }
  std::string Print(const Oneof& oneof) {
    PrintOneof(oneof);
    return std::move(out_);
  }

 private:
  enum class Blank { kNo, kYes };

  // The statements of one block. The first group of them follows the brace, the others a blank line.
  class Groups {
   public:
    explicit Groups(Printer* printer) : printer_(printer) {}
    void Begin() {
      if (any_) printer_->BlankLine();
      if (!any_) printer_->Text("\n");
      any_ = true;
    }
    bool any() const { return any_; }

   private:
    Printer* const printer_;
    bool any_ = false;
  };

  void PrintImports(const File& file) {
    if (file.imports.empty() && file.public_imports.empty() && file.weak_imports.empty()) return;
    BlankLine();
    for (const std::string& import : file.imports) PrintImport("import ", import);
    for (const std::string& import : file.public_imports) PrintImport("import public ", import);
    for (const std::string& import : file.weak_imports) PrintImport("import weak ", import);
  }
  void PrintImport(std::string_view keyword, const std::string& path) {
    Text(keyword);
    Quoted(path);
    Text(";\n");
  }

  void PrintMessage(const Message& message) {
    Indent();
    Text("message ");
    Text(message.name);
    PrintBody(message);
  }

  // ` { ... }` and the end of the line.
  void PrintBody(const Message& message) {
    Text(" {");
    Groups groups(this);
    indent_ += kIndentStep;
    if (!message.reserved.empty()) groups.Begin();
    for (const Reserved& reserved : message.reserved) PrintReserved(reserved, kFieldNumberMax);
    if (!message.options.empty()) groups.Begin();
    PrintOptionStatements(message.options, Blank::kNo);
    PrintFields(message.fields, &groups, false);
    if (!message.oneofs.empty()) groups.Begin();
    for (const Oneof& oneof : message.oneofs) PrintOneof(oneof);
    PrintFields(message.fields, &groups, true);
    if (!message.extensions.empty()) groups.Begin();
    for (const Extensions& extensions : message.extensions) PrintExtensions(extensions);
    if (!message.extends.empty()) groups.Begin();
    PrintExtends(message.extends, Blank::kNo);
    if (!message.messages.empty() || !message.enums.empty()) groups.Begin();
    for (const Message& nested : message.messages) PrintMessage(nested);
    for (const Enum& enumeration : message.enums) PrintEnum(enumeration);
    EndBlock(groups.any());
  }

  // Either the fields that are groups or those that are not.
  void PrintFields(const std::vector<Field>& fields, Groups* groups, bool are_groups) {
    bool begun = false;
    for (const Field& field : fields) {
      if (field.is_group() != are_groups) continue;
      if (!begun) groups->Begin();
      begun = true;
      PrintField(field);
    }
  }

  void PrintField(const Field& field) {
    Indent();
    Text(LabelText(field.label));
    if (field.is_map()) {
      Text("map<");
      Text(field.map_key_type);
      Text(", ");
      Text(field.type);
      Text("> ");
      Text(field.name);
    } else if (field.is_group()) {
      Text("group ");
      Text(field.type);
    } else {
      Text(field.type);
      Text(" ");
      Text(field.name);
    }
    Text(" = ");
    Number(field.number);
    PrintInlineOptions(field.options);
    if (field.is_group()) return PrintBody(field.group_body[0]);
    Text(";\n");
  }

  void PrintOneof(const Oneof& oneof) {
    Indent();
    Text("oneof ");
    Text(oneof.name);
    Text(" {");
    const bool empty = oneof.options.empty() && oneof.fields.empty();
    if (!empty) Text("\n");
    indent_ += kIndentStep;
    PrintOptionStatements(oneof.options, Blank::kNo);
    bool any = !oneof.options.empty();
    for (const Field& field : oneof.fields) {
      if (field.is_group()) continue;
      PrintField(field);
      any = true;
    }
    bool begun = false;
    for (const Field& field : oneof.fields) {
      if (!field.is_group()) continue;
      if (!begun && any) BlankLine();
      begun = true;
      PrintField(field);
    }
    EndBlock(!empty);
  }

  void PrintEnum(const Enum& enumeration) {
    Indent();
    Text("enum ");
    Text(enumeration.name);
    Text(" {");
    const bool empty = enumeration.reserved.empty() && enumeration.options.empty() && enumeration.values.empty();
    if (!empty) Text("\n");
    indent_ += kIndentStep;
    for (const Reserved& reserved : enumeration.reserved) {
      PrintReserved(reserved, std::numeric_limits<int32_t>::max());
    }
    PrintOptionStatements(enumeration.options, Blank::kNo);
    for (const EnumValue& value : enumeration.values) {
      Indent();
      Text(value.name);
      Text(" = ");
      Number(value.number);
      PrintInlineOptions(value.options);
      Text(";\n");
    }
    EndBlock(!empty);
  }

  void PrintExtends(const std::vector<Extend>& extends, Blank blank) {
    if (!extends.empty() && blank == Blank::kYes) BlankLine();
    for (const Extend& extend : extends) {
      Indent();
      Text("extend ");
      Text(extend.extendee);
      Text(" {");
      Groups groups(this);
      indent_ += kIndentStep;
      PrintFields(extend.fields, &groups, false);
      PrintFields(extend.fields, &groups, true);
      EndBlock(groups.any());
    }
  }

  void PrintService(const Service& service) {
    Text("service ");
    Text(service.name);
    Text(" {");
    Groups groups(this);
    indent_ += kIndentStep;
    if (!service.options.empty()) groups.Begin();
    PrintOptionStatements(service.options, Blank::kNo);
    if (!service.rpcs.empty()) groups.Begin();
    for (const Rpc& rpc : service.rpcs) PrintRpc(rpc);
    EndBlock(groups.any());
  }

  void PrintRpc(const Rpc& rpc) {
    Indent();
    Text("rpc ");
    Text(rpc.name);
    Text(rpc.request_streams ? " (stream " : " (");
    Text(rpc.request);
    Text(rpc.response_streams ? ") returns (stream " : ") returns (");
    Text(rpc.response);
    Text(")");
    if (!rpc.options.empty()) {
      Text(" {\n");
      indent_ += kIndentStep;
      PrintOptionStatements(rpc.options, Blank::kNo);
      indent_ -= kIndentStep;
      Indent();
      Text("}");
    }
    Text(";\n");
  }

  void PrintReserved(const Reserved& reserved, int64_t max) {
    Indent();
    Text("reserved ");
    PrintRanges(reserved.ranges, max);
    for (size_t i = 0; i < reserved.names.size(); ++i) {
      if (i > 0) Text(", ");
      Quoted(reserved.names[i]);
    }
    Text(";\n");
  }

  void PrintExtensions(const Extensions& extensions) {
    Indent();
    Text("extensions ");
    PrintRanges(extensions.ranges, kFieldNumberMax);
    PrintInlineOptions(extensions.options);
    Text(";\n");
  }

  void PrintRanges(const std::vector<NumberRange>& ranges, int64_t max) {
    for (size_t i = 0; i < ranges.size(); ++i) {
      if (i > 0) Text(", ");
      Number(ranges[i].first);
      if (!ranges[i].spelt_as_range) continue;
      Text(" to ");
      if (ranges[i].last >= max) {
        Text("max");
      } else {
        Number(ranges[i].last);
      }
    }
  }

  void PrintOptionStatements(const std::vector<Option>& options, Blank blank) {
    if (!options.empty() && blank == Blank::kYes) BlankLine();
    for (const Option& option : options) {
      Indent();
      Text("option ");
      PrintOption(option);
      Text(";\n");
    }
  }

  // ` [a = 1]`, or one option a line.
  void PrintInlineOptions(const std::vector<Option>& options) {
    if (options.empty()) return;
    Text(" [");
    if (options.size() == 1) {
      PrintOption(options[0]);
      Text("]");
      return;
    }
    Text("\n");
    indent_ += kIndentStep;
    for (size_t i = 0; i < options.size(); ++i) {
      Indent();
      PrintOption(options[i]);
      Text(i + 1 < options.size() ? ",\n" : "\n");
    }
    indent_ -= kIndentStep;
    Indent();
    Text("]");
  }

  void PrintOption(const Option& option) {
    for (size_t i = 0; i < option.name.size(); ++i) {
      if (i > 0) Text(".");
      if (option.name[i].is_extension) Text("(");
      Text(option.name[i].name);
      if (option.name[i].is_extension) Text(")");
    }
    Text(" = ");
    PrintValue(option.value);
  }

  void PrintValue(const OptionValue& value) {
    switch (value.kind) {
      case OptionValue::Kind::kWord:
        return Text(value.text);
      case OptionValue::Kind::kString:
        return Quoted(value.text);
      case OptionValue::Kind::kMap:
        return PrintMap(value);
      case OptionValue::Kind::kList:
        return PrintList(value);
    }
  }

  void PrintMap(const OptionValue& map) {
    Text("{\n");
    indent_ += kIndentStep;
    for (size_t i = 0; i < map.entries.size(); ++i) {
      Indent();
      Text(map.entries[i].first);
      Text(": ");
      PrintValue(map.entries[i].second);
      Text(i + 1 < map.entries.size() ? ",\n" : "\n");
    }
    indent_ -= kIndentStep;
    Indent();
    Text("}");
  }

  void PrintList(const OptionValue& list) {
    Text("[\n");
    indent_ += kIndentStep;
    for (size_t i = 0; i < list.items.size(); ++i) {
      Indent();
      PrintValue(list.items[i]);
      Text(i + 1 < list.items.size() ? ",\n" : "\n");
    }
    indent_ -= kIndentStep;
    Indent();
    Text("]");
  }

  void EndBlock(bool any) {
    indent_ -= kIndentStep;
    if (any) Indent();
    Text("}\n");
  }

  // Within a block the line carries the indentation of the block itself.
  void BlankLine() {
    out_.append(indent_ > kIndentStep ? indent_ - kIndentStep : 0, ' ');
    out_ += '\n';
  }
  void Line(std::initializer_list<std::string_view> parts) {
    Indent();
    for (const std::string_view part : parts) Text(part);
    Text("\n");
  }
  void Indent() { out_.append(indent_, ' '); }
  void Text(std::string_view text) { out_ += text; }
  void Number(int64_t number) { out_ += std::to_string(number); }

  // Non-ASCII text stays as it is; bytes that are no text become octal escapes.
  void Quoted(std::string_view bytes) {
    out_ += '"';
    for (size_t i = 0; i < bytes.size();) {
      const size_t length = Utf8SequenceLength(bytes.substr(i, 4));
      if (length > 1) {
        out_ += bytes.substr(i, length);
        i += length;
      } else {
        Escaped(static_cast<unsigned char>(bytes[i++]));
      }
    }
    out_ += '"';
  }

  void Escaped(unsigned char c) {
    switch (c) {
      case '\a':
        return Text("\\a");
      case '\b':
        return Text("\\b");
      case '\f':
        return Text("\\f");
      case '\n':
        return Text("\\n");
      case '\r':
        return Text("\\r");
      case '\t':
        return Text("\\t");
      case '\v':
        return Text("\\v");
      case '\\':
        return Text("\\\\");
      case '\'':
        return Text("\\'");
      case '"':
        return Text("\\\"");
      default:
        break;
    }
    if (c >= 0x20 && c < 0x7F) {
      out_ += static_cast<char>(c);
      return;
    }
    out_ += '\\';
    for (int shift = 6; shift >= 0; shift -= 3) out_ += static_cast<char>('0' + ((c >> shift) & 7));
  }

  std::string out_;
  int indent_ = 0;
};

}  // namespace

std::string PrintFile(const File& file) { return Printer().Print(file); }

std::string PrintElement(const Message& message) { return "message " + message.name + " { ... }"; }
std::string PrintElement(const Enum& enumeration) { return "enum " + enumeration.name + " { ... }"; }
std::string PrintElement(const Field& field) { return Printer().Print(field); }
std::string PrintElement(const Oneof& oneof) { return Printer().Print(oneof); }

}  // namespace regent::protobuf
