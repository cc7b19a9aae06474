using L2O.Tests.Support;
using L2O.Modules;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Modules;

/// <summary>What <see cref="LearnedOptimizer"/> saves and loads.</summary>
public sealed class SavedStateTests
{
    [Theory]
    [InlineData("pretrained:rnnprop-small")]
    [InlineData("pretrained:scale-small")]
    [InlineData("pretrained:celo2-small")]
    public void WhatIsSavedGoesOnAsIfNothingHadBeen(string name)
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), name);
        task.Train(optimizer, steps: 3);
        using MemoryStream saved = new();
        optimizer.save_state_dict(new BinaryWriter(saved));
        using ModuleTask copy = new(task.Theta());
        using ModuleTask other = new(task.Theta());
        using LearnedOptimizer loaded = new(copy.Model.parameters(), name);
        using LearnedOptimizer taken = new(other.Model.parameters(), name);

        // In place of what it remembers of other steps.
        copy.Backward();
        loaded.step();
        copy.Set(task.Theta());
        saved.Position = 0;
        loaded.load_state_dict(new BinaryReader(saved));
        taken.load_state_dict(optimizer.state_dict());
        Assert.True(optimizer.state_dict().State.Zip(taken.state_dict().State).All(pair => pair.First.ApproximatelyEquals(pair.Second)));

        task.Train(optimizer, steps: 3);
        copy.Train(loaded, steps: 3);
        other.Train(taken, steps: 3);

        Assert.Equal(task.Numbers(), copy.Numbers());
        Assert.Equal(task.Numbers(), other.Numbers());
    }

    [Fact]
    public void TheStateOfAnotherOptimizerIsRefused()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), "pretrained:rnnprop-small");
        using LearnedOptimizer other = new(task.Model.parameters(), "pretrained:celo2-small");
        task.Train(optimizer, steps: 1);
        using MemoryStream saved = new();
        optimizer.save_state_dict(new BinaryWriter(saved));
        saved.Position = 0;

        var message = Assert.Throws<InvalidDataException>(() => other.load_state_dict(new BinaryReader(saved))).Message;

        Assert.Equal(
            "the state is not of pretrained:celo2-small, a celo2, or of other parameters; load one that this optimizer saved", message);
    }

    [Fact]
    public void AFileThatEndsEarlyIsRefusedAndTheWholeOneIsTakenAfterIt()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), "pretrained:rnnprop-small");
        task.Train(optimizer, steps: 2);
        using MemoryStream saved = new();
        optimizer.save_state_dict(new BinaryWriter(saved));
        using ModuleTask copy = new(task.Theta());
        using LearnedOptimizer loaded = new(copy.Model.parameters(), "pretrained:rnnprop-small");

        Assert.ThrowsAny<IOException>(() => loaded.load_state_dict(new BinaryReader(new MemoryStream(saved.ToArray()[..^200]))));
        saved.Position = 0;
        loaded.load_state_dict(new BinaryReader(saved));
        task.Train(optimizer, steps: 2);
        copy.Train(loaded, steps: 2);

        Assert.Equal(task.Numbers(), copy.Numbers());
    }
}
