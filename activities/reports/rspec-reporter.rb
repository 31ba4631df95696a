# Writes each result of an RSpec run as a line of JSON into FACTORY_TEST_REPORTS when the suite has ended. Adds no formatter.
require "json"

RSpec.configure do |config|
  config.after(:suite) do
    folder = ENV["FACTORY_TEST_REPORTS"]
    next if folder.nil?

    begin
      File.open(File.join(folder, "rspec-#{Process.pid}.jsonl"), "a") do |file|
        RSpec.world.all_examples.each do |example|
          outcome = case example.execution_result.status
                    when :passed then "pass"
                    when :pending then "skipped"
                    when :failed then "fail"
                    end
          next if outcome.nil?

          suite = example.example_group.parent_groups.reverse.map(&:description)
          path = example.file_path.sub(%r{\A\./}, "")
          file.puts(JSON.generate(name: example.description, suite: suite, outcome: outcome, file: path))
        end
      end
    rescue StandardError
      # The tests do not depend on it.
    end
  end
end
