#include "warehouse/file_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>
#include <thread>

#include "base/limits.h"
#include "engine/ingest.h"
#include "engine/test_visits.h"
#include "event/builtin_contracts.h"
#include "warehouse/schema.h"
#include "warehouse/sealing_sink.h"
#include "warehouse/test_folder.h"

namespace millrace {
namespace {

constexpr Timestamp kNow{1'722'470'400'000'000};

struct TakenRecord {
  std::string file;
  std::int64_t line = 0;
  std::string bytes;
  std::uint64_t size = 0;

  friend bool operator==(const TakenRecord&, const TakenRecord&) = default;
};

// What one run over files hands out, without storing it; and whole loads into a warehouse in memory.
class FileSourceTest : public testing::Test {
 protected:
  struct Taken {
    std::vector<TakenRecord> records;
    std::vector<ProgressMove> moves;
    std::vector<std::string> failed;
    std::size_t known_files = 0;
    std::vector<FileFacts> finished;
  };

  FileSourceTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {
    EXPECT_TRUE(prepare_schema(connection_));
    contracts_ = *ContractStore::open(*database_.connect());
  }

  std::vector<InputFile> inputs(const std::vector<std::string>& names) {
    std::vector<InputFile> files;
    for (const std::string& name : names) files.push_back({name, folder_.file(name), &visit_contract()});
    return files;
  }

  Taken take(const std::vector<std::string>& names, FileSourceOptions options = {}) {
    auto ledger = Ledger::open(connection_);
    EXPECT_TRUE(ledger);
    FileSource source(inputs(names), 0, options, kNow, *ledger);
    Taken taken;
    RecordBatch batch;
    while (source.next(batch).value()) {
      for (const SourceRecord& record : batch.records) {
        taken.records.push_back(
            {std::string(batch.file), record.place, std::string(record.bytes), record.size});
        EXPECT_EQ(batch.topic, "visits");
        EXPECT_EQ(batch.received_at, kNow);
        EXPECT_LE(record.bytes.data() + record.bytes.size() + kRecordPadding,
                  batch.buffer.data() + batch.buffer.size());
      }
      taken.moves.push_back(batch.progress);
    }
    for (const FileFailure& failure : source.failures()) taken.failed.push_back(failure.file);
    taken.known_files = source.known_files();
    taken.finished = source.finished();
    return taken;
  }

  // A whole load, as the program does it; `finish` false: killed before it is reported complete.
  Tally load(const std::vector<std::string>& names, FileSourceOptions options = {}, bool finish = true) {
    auto ledger = Ledger::open(connection_);
    auto sink = SealingSink::open(database_, *contracts_);
    EXPECT_TRUE(ledger && sink);
    FileSource source(inputs(names), 0, options, kNow, *ledger);
    IngestProgress progress;
    const auto tally = sum_of(ingest(source, **sink, {.workers = 1, .expected_keys = 0}, progress, {}));
    EXPECT_TRUE(tally) << tally.error().message;
    if (finish) {
      EXPECT_TRUE(ledger->complete(connection_, source.finished(), kNow));
    }
    return tally.value_or(Tally{});
  }

  std::string value(const std::string& sql) {
    auto rows = connection_.query(sql);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows && rows->row_count() > 0 ? rows->text(0, 0) : "";
  }

  TestFolder folder_;
  Database database_;
  Connection connection_;
  std::unique_ptr<ContractStore> contracts_;
};

std::string visit_line(int visit, std::size_t padding = 0) {
  return visit_message(visit, {view_event(visit % 50)}) + std::string(padding, ' ') + "\n";
}

std::string visit_lines(int from, int to, std::size_t padding = 0) {
  std::string text;
  for (int visit = from; visit < to; ++visit) text += visit_line(visit, padding);
  return text;
}

// ---- lines

TEST_F(FileSourceTest, HandsOutEachLineWithItsNumber) {
  folder_.write("a.jsonl", "one\ntwo\nthree\n");
  const Taken taken = take({"a.jsonl"});
  EXPECT_EQ(taken.records,
            (std::vector<TakenRecord>{
                {"a.jsonl", 1, "one", 3}, {"a.jsonl", 2, "two", 3}, {"a.jsonl", 3, "three", 5}}));
  ASSERT_EQ(taken.finished.size(), 1u);
  EXPECT_EQ(taken.finished[0].bytes, 14u);
}

TEST_F(FileSourceTest, TakesALastLineWithoutANewline) {
  folder_.write("a.jsonl", "one\ntwo");
  const Taken taken = take({"a.jsonl"});
  EXPECT_EQ(taken.records, (std::vector<TakenRecord>{{"a.jsonl", 1, "one", 3}, {"a.jsonl", 2, "two", 3}}));
  ASSERT_EQ(taken.moves.size(), 2u);
  EXPECT_FALSE(taken.moves[0].unterminated);
  EXPECT_TRUE(taken.moves[1].unterminated);
}

TEST_F(FileSourceTest, CountsBlankLinesAndHandsOutNone) {
  folder_.write("a.jsonl", "\n \t \r\none\n\r\n\n\ntwo\n\n");
  EXPECT_EQ(take({"a.jsonl"}).records,
            (std::vector<TakenRecord>{{"a.jsonl", 3, "one", 3}, {"a.jsonl", 7, "two", 3}}));
}

TEST_F(FileSourceTest, TakesTheCarriageReturnFromTheEndOfALine) {
  folder_.write("a.jsonl", "one\r\ntwo\r\nthr\ree\r");
  EXPECT_EQ(take({"a.jsonl"}).records,
            (std::vector<TakenRecord>{
                {"a.jsonl", 1, "one", 3}, {"a.jsonl", 2, "two", 3}, {"a.jsonl", 3, "thr\ree", 6}}));
}

TEST_F(FileSourceTest, TakesAByteOrderMarkFromTheStartOfTheFileOnly) {
  folder_.write("a.jsonl", "\xEF\xBB\xBF{}\n\xEF\xBB\xBF{}\n");
  const Taken taken = take({"a.jsonl"});
  ASSERT_EQ(taken.records.size(), 2u);
  EXPECT_EQ(taken.records[0].bytes.find_first_not_of(' '), taken.records[0].bytes.find('{'));
  EXPECT_EQ(taken.records[1].bytes, "\xEF\xBB\xBF{}");
}

TEST_F(FileSourceTest, HandsOutNothingOfFilesWithoutRecords) {
  folder_.write("empty.jsonl", "");
  folder_.write("blank.jsonl", "\n\n\n");
  folder_.write("mark.jsonl", "\xEF\xBB\xBF");
  const Taken taken = take({"empty.jsonl", "blank.jsonl", "mark.jsonl"});
  EXPECT_TRUE(taken.records.empty());
  EXPECT_TRUE(taken.failed.empty());
}

TEST_F(FileSourceTest, ReadsStandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::jthread writer([end = ends[1]] {
    FileDescriptor out(end);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(write_all(end, "line\n"));
  });
  auto ledger = Ledger::open(connection_);
  const FileDescriptor in(ends[0]);
  FileSource source({{"-", "-", &visit_contract()}}, in.get(), {}, kNow, *ledger);
  RecordBatch batch;
  std::size_t records = 0;
  while (source.next(batch).value()) records += batch.records.size();
  EXPECT_EQ(records, 100u);
}

TEST_F(FileSourceTest, StopsWhileItWaitsForAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileDescriptor in(ends[0]);
  const FileDescriptor out(ends[1]);  // stays open, and nothing comes
  for (const std::string_view begun : {"", "{\"half a line"}) {
    ASSERT_TRUE(write_all(out.get(), begun));
    auto ledger = Ledger::open(connection_);
    std::stop_source stop;
    FileSource source({{"-", "-", &visit_contract()}, {"a", folder_.write("a", "{}\n"), &visit_contract()}},
                      in.get(), {.stop = stop.get_token()}, kNow, *ledger);
    std::jthread stopper([&stop] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      stop.request_stop();
    });
    RecordBatch batch;
    EXPECT_FALSE(source.next(batch).value());
    EXPECT_FALSE(source.next(batch).value());
    EXPECT_TRUE(source.failures().empty());
  }
}

// ---- chunks

TEST_F(FileSourceTest, CutsTheSameChunksWhateverTheCompression) {
  const std::string text = visit_lines(0, 90'000, 200);  // some chunks
  ASSERT_GT(text.size(), 2 * kChunkSize);
  folder_.write("a.jsonl", text);
  folder_.write("a.jsonl.gz", gzip(text));
  folder_.write("a.jsonl.zst", zstd(text));
  folder_.write("b.jsonl.gz", gzip(text.substr(0, 7'000'001)) + gzip(text.substr(7'000'001)));
  const Taken plain = take({"a.jsonl"}, {.again = true, .dry_run = true});
  ASSERT_GT(plain.moves.size(), 2u);
  EXPECT_EQ(plain.records.size(), 90'000u);
  for (const char* name : {"a.jsonl.gz", "a.jsonl.zst", "b.jsonl.gz"}) {
    const Taken packed = take({name}, {.again = true, .dry_run = true});
    EXPECT_TRUE(packed.failed.empty()) << name;
    ASSERT_EQ(packed.moves.size(), plain.moves.size()) << name;
    for (std::size_t i = 0; i < plain.moves.size(); ++i)
      EXPECT_EQ(packed.moves[i].checksum, plain.moves[i].checksum);
    ASSERT_EQ(packed.records.size(), plain.records.size());
    for (std::size_t i = 0; i < plain.records.size(); i += 997) {
      EXPECT_EQ(packed.records[i].bytes, plain.records[i].bytes);
      EXPECT_EQ(packed.records[i].line, static_cast<std::int64_t>(i + 1));
    }
  }
}

TEST_F(FileSourceTest, HandsOutEveryByteOfAFileWhateverItsSizeIsToTheChunk) {
  for (const std::size_t size : {kChunkSize - 1, kChunkSize, kChunkSize + 1, 2 * kChunkSize}) {
    for (const bool newline : {false, true}) {
      std::string text;
      text.reserve(size);
      while (text.size() + 1000 <= size) text.append(999, 'x').append(1, '\n');
      text.append(size - text.size(), 'y');
      if (newline) text.back() = '\n';
      folder_.write("a", text);
      const Taken taken = take({"a"}, {.again = true, .dry_run = true});
      std::size_t bytes = 0;
      for (const TakenRecord& record : taken.records) bytes += record.bytes.size() + 1;
      EXPECT_EQ(bytes, size + (newline ? 0u : 1u)) << size;
      EXPECT_EQ(taken.moves.back().to, size);
    }
  }
}

TEST_F(FileSourceTest, KeepsTheStartOfALineLargerThanAChunkAndGoesOnBehindIt) {
  const std::string large(kChunkSize + 5'000'000, 'x');
  folder_.write("a.jsonl", visit_line(1) + large + "\n" + visit_line(2) + visit_line(3));
  const Taken taken = take({"a.jsonl"}, {.dry_run = true});
  ASSERT_EQ(taken.records.size(), 4u);
  EXPECT_EQ(taken.records[1].line, 2);
  EXPECT_EQ(taken.records[1].size, large.size());
  EXPECT_EQ(taken.records[1].bytes, large.substr(0, kDeadLetterPayloadMax));
  EXPECT_EQ(taken.records[2].line, 3);
  EXPECT_EQ(taken.records[3].line, 4);
  EXPECT_EQ(taken.records[3].bytes + "\n", visit_line(3));
}

TEST_F(FileSourceTest, ALineLargerThanAChunkIsOneDeadLetterHoweverOftenItIsLoaded) {
  const std::string large(kChunkSize + 5'000'000, 'x');
  const std::string text = visit_line(1) + large + "\n" + visit_line(2);
  folder_.write("a.jsonl", text);
  folder_.write("a.jsonl.zst", zstd(text));
  folder_.write("grown.jsonl", text + visit_line(3));
  const Tally tally = load({"a.jsonl"});
  EXPECT_EQ(tally.records, (TableTally{3, 2, 1, 0}));
  EXPECT_EQ(
      value("SELECT reason || ' ' || octet_length(payload) || ' ' || source_line FROM raw.dead_letters"),
      "too_large 16777216 2");
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
  EXPECT_EQ(load({"a.jsonl.zst", "a.jsonl"}), Tally{});
  EXPECT_EQ(load({"grown.jsonl"}).records, (TableTally{1, 1, 0, 0}));
  EXPECT_EQ(value("SELECT count(*) FROM raw.dead_letters"), "1");
}

TEST_F(FileSourceTest, ALineLargerThanAChunkAtTheEndMayLackItsNewline) {
  folder_.write("a.jsonl", visit_line(1) + std::string(kChunkSize + 10, 'x'));
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{2, 1, 1, 0}));
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
  folder_.write("a.jsonl", visit_line(1) + std::string(kChunkSize + 10, 'x') + "\n" + visit_line(2));
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 1, 0, 0}));
  folder_.write("b.jsonl", std::string(kChunkSize, 'x'));
  EXPECT_EQ(load({"b.jsonl"}).records, (TableTally{1, 0, 1, 0}));
  folder_.write("c.jsonl", std::string(kChunkSize, 'y') + "\n");
  EXPECT_EQ(load({"c.jsonl"}).records, (TableTally{1, 0, 1, 0}));
  EXPECT_EQ(load({"c.jsonl", "b.jsonl"}), Tally{});
}

// ---- what is known

TEST_F(FileSourceTest, KnowsAFileAgainRenamedCopiedAndRecompressed) {
  const std::string text = visit_lines(0, 50);
  folder_.write("a.jsonl", text);
  folder_.write("b.jsonl", text);
  folder_.write("c.jsonl.gz", gzip(text));
  folder_.write("d.jsonl.zst", zstd(text));
  EXPECT_EQ(load({"a.jsonl"}).records.stored, 50u);
  EXPECT_EQ(load({"a.jsonl", "b.jsonl", "c.jsonl.gz", "d.jsonl.zst"}), Tally{});
  EXPECT_EQ(value("SELECT count(*) FROM raw.loads"), "1");
  EXPECT_EQ(take({"c.jsonl.gz"}).known_files, 1u);
}

TEST_F(FileSourceTest, KnowsAFileThatStandsTwiceInOneRun) {
  folder_.write("a.jsonl", visit_lines(0, 50));
  EXPECT_EQ(load({"a.jsonl", "a.jsonl"}).records, (TableTally{50, 50, 0, 0}));
  EXPECT_EQ(value("SELECT count(*) FROM raw.loads"), "1");
  EXPECT_EQ(value("SELECT state FROM raw.loads"), "complete");
}

TEST_F(FileSourceTest, TakesOnlyWhatIsNewOfAFileThatHasGrown) {
  folder_.write("a.jsonl", visit_lines(0, 50));
  load({"a.jsonl"});
  folder_.write("a.jsonl", visit_lines(0, 80));
  const Taken taken = take({"a.jsonl"}, {.dry_run = true});
  ASSERT_EQ(taken.records.size(), 30u);
  EXPECT_EQ(taken.records[0].line, 51);
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{30, 30, 0, 0}));
  EXPECT_EQ(value("SELECT string_agg(from_byte > 0, ' ' ORDER BY load_id) FROM raw.loads"), "false true");
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
}

TEST_F(FileSourceTest, AGrownCopyInTheSameRunHasALoadOfItsOwn) {
  folder_.write("a.jsonl", visit_lines(0, 50));
  folder_.write("b.jsonl", visit_lines(0, 80));
  EXPECT_EQ(load({"a.jsonl", "b.jsonl"}).records, (TableTally{80, 80, 0, 0}));
  EXPECT_EQ(value("SELECT string_agg(file_name || ' ' || stored || ' ' || bytes || ' ' || state, ', ' ORDER "
                  "BY load_id) FROM raw.loads"),
            fmt::format("a.jsonl 50 {} complete, b.jsonl 30 {} complete", visit_lines(0, 50).size(),
                        visit_lines(0, 80).size()));
}

TEST_F(FileSourceTest, TellsTwoFilesWithTheSameStartApart) {
  folder_.write("a.jsonl", visit_lines(0, 50) + visit_lines(100, 110));
  folder_.write("b.jsonl", visit_lines(0, 50) + visit_lines(200, 220));
  const Tally tally = load({"a.jsonl", "b.jsonl"});
  EXPECT_EQ(tally.records, (TableTally{130, 80, 0, 50}));
  EXPECT_EQ(value("SELECT count(*) FROM curated.visits"), "80");
}

TEST_F(FileSourceTest, TakesALineThatHasGoneOnSinceAsANewOne) {
  const std::string line = visit_line(2);
  folder_.write("a.jsonl", visit_line(1) + line.substr(0, 40));
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{2, 1, 1, 0}));
  folder_.write("a.jsonl", visit_line(1) + line.substr(0, 60));
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 0, 1, 0}));
  folder_.write("a.jsonl", visit_line(1) + line);
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 1, 0, 0}));
  folder_.write("a.jsonl", visit_line(1) + line + visit_line(3));
  EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 1, 0, 0}));
  EXPECT_EQ(value("SELECT max(source_line) FROM curated.visits"), "3");
}

TEST_F(FileSourceTest, TakesALineOnceThatOnlyGotItsNewline) {
  for (const std::string newline : {"\n", "\r\n"}) {
    const int visit = newline.size() == 1 ? 10 : 20;
    std::string line = visit_line(visit);
    line.pop_back();
    folder_.write("a.jsonl", line);
    EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 1, 0, 0}));
    folder_.write("a.jsonl", line + newline);
    EXPECT_EQ(load({"a.jsonl"}), Tally{});
    folder_.write("a.jsonl", line + newline + visit_line(visit + 1));
    EXPECT_EQ(load({"a.jsonl"}).records, (TableTally{1, 1, 0, 0}));
    EXPECT_EQ(
        value(fmt::format("SELECT source_line FROM curated.visits WHERE session_id = 'S-{}'", visit + 1)),
        "2");
  }
}

TEST_F(FileSourceTest, ReadsEverythingAgainWhenToldTo) {
  folder_.write("a.jsonl", visit_lines(0, 50) + "{\n");
  load({"a.jsonl"});
  EXPECT_EQ(load({"a.jsonl"}, {.again = true}).records, (TableTally{51, 0, 1, 50}));
  EXPECT_EQ(load({"a.jsonl", "a.jsonl"}, {.again = true}).records, (TableTally{102, 0, 2, 100}));
  EXPECT_EQ(value("SELECT count(*) FROM curated.visits"), "50");
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
}

// However a file was loaded piece by piece before, and in whatever order, it can be loaded again.
TEST_F(FileSourceTest, NoHistoryOfPiecesKeepsAFileFromBeingLoaded) {
  const std::string text = visit_lines(0, 8);
  const auto start = [&](int visits) { return text.substr(0, visit_lines(0, visits).size()); };
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    for (int step = 0; step < 8; ++step) {
      folder_.write("a.jsonl", start(1 + static_cast<int>(random() % 8)));
      load({"a.jsonl"}, {.again = random() % 2 == 0}, random() % 2 == 0);
      ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
    folder_.write("a.jsonl", text);
    load({"a.jsonl"});
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    EXPECT_EQ(value("SELECT count(*) FROM curated.visits"), "8");
    EXPECT_EQ(value("SELECT count(*) FROM raw.loads WHERE received <> stored + dead_letters + duplicates OR "
                    "pending > 0"),
              "0");
  }
}

// Chunks are committed in any order: a run that was killed may have stored the second and not the first.
TEST_F(FileSourceTest, FinishesAFileOfWhichOnlyALaterChunkWasStored) {
  const std::string text = visit_lines(0, 90'000, 200);
  folder_.write("a.jsonl", text);
  load({"a.jsonl"}, {}, false);
  // What the lost transaction held.
  const std::string lost = value("SELECT records_received FROM raw.progress WHERE start = 0");
  ASSERT_TRUE(connection_.execute("DELETE FROM raw.progress WHERE start = 0"));
  ASSERT_TRUE(connection_.execute("DELETE FROM sealed.visit_events WHERE source_position <= " + lost));
  ASSERT_TRUE(connection_.execute("DELETE FROM sealed.visits WHERE source_position <= " + lost));
  load({"a.jsonl"});
  EXPECT_EQ(value("SELECT count(*) FROM curated.visits"), "90000");
  EXPECT_EQ(value("SELECT string_agg(state || ' ' || bytes, ',') FROM raw.loads"),
            fmt::format("complete {}", text.size()));
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
}

// The window is widened for a long line, and again to know the chunk that holds it.
TEST_F(FileSourceTest, KnowsAChunkThatALongLineHasMadeLarger) {
  folder_.write("a.jsonl",
                visit_line(1) + std::string(kChunkSizeUsual + 10, 'x') + "\n" + visit_lines(2, 20'000, 200));
  const Tally tally = load({"a.jsonl"});
  EXPECT_EQ(tally.records.dead_letters, 1u);
  EXPECT_EQ(tally.records.stored, 19'999u);
  EXPECT_EQ(value(fmt::format("SELECT max(position - start) > {} FROM raw.progress", kChunkSizeUsual)),
            "true");
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
  EXPECT_EQ(value("SELECT count(*) FROM raw.dead_letters"), "1");
}

TEST_F(FileSourceTest, CompletesALoadThatWasKilledBeforeItsReport) {
  folder_.write("a.jsonl", visit_lines(0, 50));
  load({"a.jsonl"}, {}, false);
  EXPECT_EQ(value("SELECT state FROM raw.loads"), "loading");
  EXPECT_EQ(load({"a.jsonl"}), Tally{});
  EXPECT_EQ(value("SELECT state || ' ' || stored FROM raw.loads"), "complete 50");
}

TEST_F(FileSourceTest, KnowsNothingOfALoadThatWasKilledBeforeItStoredAnything) {
  folder_.write("a.jsonl", visit_lines(0, 5));
  take({"a.jsonl"});  // reads, and stores nothing
  EXPECT_EQ(value("SELECT count(*) FROM raw.loads"), "0");
  EXPECT_EQ(load({"a.jsonl"}).records.stored, 5u);
}

TEST_F(FileSourceTest, ADryRunLeavesTheLedgerAsItIs) {
  folder_.write("a.jsonl", visit_lines(0, 5));
  take({"a.jsonl"}, {.dry_run = true});
  EXPECT_EQ(value("SELECT count(*) FROM raw.load_files"), "0");
}

// ---- what cannot be read

TEST_F(FileSourceTest, AFileThatFailsDoesNotHoldUpTheOthers) {
  const std::string text = visit_lines(0, 20);
  folder_.write("a.jsonl", visit_lines(0, 5));
  folder_.write("b.jsonl.gz", gzip(text).substr(0, gzip(text).size() - 20));
  folder_.write("d.jsonl.zst", zstd(text) + "garbage");
  folder_.write("e.jsonl", visit_lines(5, 9));
  const Taken taken =
      take({"a.jsonl", "b.jsonl.gz", "c-is-not-there.jsonl", "d.jsonl.zst", "e.jsonl"}, {.dry_run = true});
  EXPECT_EQ(taken.failed, (std::vector<std::string>{"b.jsonl.gz", "c-is-not-there.jsonl", "d.jsonl.zst"}));
  EXPECT_EQ(taken.records.size(), 9u);
}

TEST_F(FileSourceTest, AFileThatFailsInTheMiddleIsFinishedOnceItIsMended) {
  const std::string text = visit_lines(0, 60'000, 300);
  ASSERT_GT(text.size(), kChunkSize);
  const std::string packed = gzip(text);
  folder_.write("a.jsonl.gz", packed.substr(0, packed.size() - 100));
  const Tally part = load({"a.jsonl.gz"});
  EXPECT_GT(part.records.stored, 0u);
  EXPECT_LT(part.records.stored, 60'000u);
  EXPECT_EQ(value("SELECT state FROM raw.loads"), "loading");
  folder_.write("a.jsonl.gz", packed);
  const Tally rest = load({"a.jsonl.gz"});
  EXPECT_EQ(part.records.stored + rest.records.stored, 60'000u);
  EXPECT_EQ(rest.records.duplicates, 0u);
  EXPECT_EQ(value("SELECT string_agg(state, ',') FROM raw.loads"), "complete");
}

TEST_F(FileSourceTest, AFolderInPlaceOfAFileIsAFailureOfThatFileOnly) {
  ::mkdir(folder_.file("dir.jsonl").c_str(), 0700);
  folder_.write("e.jsonl", visit_lines(5, 9));
  const Taken taken = take({"dir.jsonl", "e.jsonl"}, {.dry_run = true});
  EXPECT_EQ(taken.failed, (std::vector<std::string>{"dir.jsonl"}));
  EXPECT_EQ(taken.records.size(), 4u);
}

// ---- several readers

TEST_F(FileSourceTest, HandsOutEveryRecordOnceToSeveralThreads) {
  std::vector<std::string> names;
  for (int file = 0; file < 20; ++file) {
    names.push_back(fmt::format("{}.jsonl", file));
    folder_.write(names.back(), visit_lines(file * 500, file * 500 + 500));
  }
  auto ledger = Ledger::open(connection_);
  FileSource source(inputs(names), 0, {}, kNow, *ledger);
  std::mutex mutex;
  std::set<std::string> lines;
  std::size_t count = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        RecordBatch batch;
        while (source.next(batch).value()) {
          const std::lock_guard lock(mutex);
          for (const SourceRecord& record : batch.records) lines.emplace(record.bytes);
          count += batch.records.size();
        }
      });
    }
  }
  EXPECT_EQ(count, 10'000u);
  EXPECT_EQ(lines.size(), 10'000u);
  EXPECT_EQ(source.finished().size(), 20u);
}

}  // namespace
}  // namespace millrace
