using System.Collections;
using System.Globalization;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using L2O.Configs;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class ConfigWriterTests
{
    [Fact]
    public void WhatIsWrittenIsCompleteWithDefaults() => Assert.Equal(
        """
        name: x
        count: 3
        large: 1099511627776
        rate: 1e-05
        limit: null
        note: "a: [b], \"\u00e9\u000a"
        is_loud: false
        shape: half_open
        sizes: [1, 2]
        words: [a, "5", "null", ""]
        shapes: []
        part:
          low: 0
          high: 10
        parts:
          - low: 1
            high: 10
          - low: 0
            high: 10
        thing:
          kind: plain
        data: first
        entries:
          - label: null
            kind: fancy
            weight: [0.0001, 1]
            hidden:
              choice: [[20], [1, 2]]
            part:
              low: 0
              high: 10

        """,
        ConfigWriter.Write(
            SampleConfig.Read("""
                {name: x, rate: 1e-5, note: "a: [b], \"é\n", words: [a, 5, "null", ""], parts: [{low: 1}, {}],
                 entries: [{kind: fancy, weight: [1e-4, 1], hidden: {choice: [[20], [1, 2]]}}]}
                """),
            SampleConfig.Kinds));

    [Fact]
    public void EveryConfigReadsBackEqual()
    {
        var configs =
            from text in Gen.ArrayOf(ArbMap.Default.GeneratorFor<string>())
            from note in ArbMap.Default.GeneratorFor<string>()
            from numbers in Gen.ArrayOf(ArbMap.Default.GeneratorFor<int>())
            from rate in ArbMap.Default.GeneratorFor<double>()
            from limit in ArbMap.Default.GeneratorFor<double?>()
            from large in ArbMap.Default.GeneratorFor<long>()
            from flag in ArbMap.Default.GeneratorFor<bool>()
            from shapes in Gen.ArrayOf(Gen.Elements(SampleShape.Open, SampleShape.HalfOpen))
            from weight in Gen.Choose(1, 1000)
            select new SampleConfig
            {
                Name = note ?? "x",
                Note = note,
                Words = [.. text.Select(word => word ?? "")],
                Sizes = numbers,
                Count = Math.Max(1, numbers.FirstOrDefault()),
                Large = large,
                Rate = rate,
                Limit = limit,
                IsLoud = flag,
                Shape = flag ? SampleShape.Open : SampleShape.HalfOpen,
                Shapes = shapes,
                Data = flag ? "first" : "second",
                Part = new() { Low = Math.Min(9, weight) },
                Parts = [.. numbers.Select(number => new SamplePart { Low = number, High = number })],
                Thing = flag ? new PlainThing() : new FancyThing { Weight = weight / 7.0, Hidden = numbers },
                Entries =
                [
                    new() { Label = note, Thing = new(new FancyThing { Weight = weight }) },
                    .. SampleConfig.Read($$$"""
                        name: x
                        entries:
                          - {kind: fancy, weight: [{{{weight}}}, 3], part: {high: {choice: [7, 8] } } }
                          - choice: [{kind: plain}, {kind: fancy, weight: {{{weight}}} }]
                          - kind: fancy
                            weight: 1
                            hidden:
                              choice:
                              - [1]
                              - &a [2, 3]
                              - *a
                        """).Entries,
                ],
            };

        Prop.ForAll(configs.ToArbitrary(), config =>
        {
            var text = ConfigWriter.Write(config, SampleConfig.Kinds);
            var read = SampleConfig.Read(text);
            AssertSame(config, read, "");
            Assert.Equal(text, ConfigWriter.Write(read, SampleConfig.Kinds));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("~")]
    [InlineData("true")]
    [InlineData("1e5")]
    [InlineData("-")]
    [InlineData("# no comment")]
    [InlineData("a: b")]
    [InlineData("'\"\\")]
    [InlineData("\0\a\u0085\u2028\ufeff\ud83d\ude00")]
    [InlineData("\r\n\t")]
    [InlineData("*a &b !c")]
    [InlineData("--- %")]
    public void EveryTextReadsBackEqual(string text)
    {
        SampleConfig config = new() { Name = text, Words = [text, text] };

        AssertSame(config, SampleConfig.Read(ConfigWriter.Write(config, SampleConfig.Kinds)), "");
    }

    private static void AssertSame(object? expected, object? actual, string path)
    {
        switch (expected)
        {
            case null or string or int or long or bool or double or Enum:
                Assert.True(Equals(expected, actual), $"{path}: {expected} became {actual}");
                break;
            case IEnumerable list:
                object?[] items = [.. list];
                object?[] others = [.. Assert.IsType<IEnumerable>(actual, exactMatch: false)];
                Assert.Equal(items.Length, others.Length);
                for (var i = 0; i < items.Length; i++)
                {
                    AssertSame(items[i], others[i], $"{path}.{i.ToString(CultureInfo.InvariantCulture)}");
                }

                break;
            default:
                Assert.Equal(expected.GetType(), actual?.GetType());
                foreach (var property in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    AssertSame(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
                }

                break;
        }
    }
}
