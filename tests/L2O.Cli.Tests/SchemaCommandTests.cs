using System.Text.Json;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class SchemaCommandTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void TheSchemaDescribesKeysAsTheListDoes()
    {
        var result = _program.Run("schema");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var schema = JsonDocument.Parse(result.Output);
        Assert.Equal("l2o config", schema.RootElement.GetProperty("title").GetString());
        var unroll = schema.RootElement.GetProperty("definitions").GetProperty("meta_options.unroll");
        Assert.StartsWith("Steps between meta-updates", unroll.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(20, unroll.GetProperty("default").GetInt32());
    }

    [Fact]
    public void OneCommandsConfigsHaveASchemaOfTheirOwn()
    {
        using var schema = JsonDocument.Parse(_program.Run("schema", "analyze").Output);

        Assert.Equal("l2o analyze config", schema.RootElement.GetProperty("title").GetString());
        Assert.False(schema.RootElement.GetProperty("definitions").TryGetProperty("train_config", out _));
        Assert.Equal(
            new Result(2, "", "error: l2o schema knows no `quickstart`; choose train, evaluate, analyze, sweep\nSee l2o schema --help."),
            _program.Run("schema", "quickstart"));
    }
}
