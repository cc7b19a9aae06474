using L2O.Data.Own;
using Xunit;

namespace L2O.Tests.Data.Own;

public sealed class MiddleSquareTests
{
    // Of 4 x 6 pixels the columns 1 to 4 count; each result is the mean of two by two.
    [Fact]
    public void BlocksOfTheMiddleAreAveraged()
    {
        byte[] image =
        [
            9, 0, 4, 8, 8, 9,
            9, 4, 0, 8, 8, 9,
            9, 1, 1, 0, 1, 9,
            9, 2, 3, 1, 1, 9,
        ];

        Assert.Equal([2, 8, 2, 1], Averaged(image, height: 4, width: 6, size: 2));
    }

    // Of three pixels a half and a half: (2 a + b) / 3 and (b + 2 c) / 3, along rows and columns.
    [Fact]
    public void PixelsInPartCountInPart() =>
        Assert.Equal([37, 63, 63, 90], Averaged([10, 70, 70, 70, 10, 70, 70, 70, 130], height: 3, width: 3, size: 2));

    [Fact]
    public void EachChannelIsAveragedByItself() =>
        Assert.Equal([1, 5, 9], Averaged([1, 1, 1, 1, 5, 5, 5, 5, 9, 9, 9, 9], height: 2, width: 2, size: 1));

    private static byte[] Averaged(byte[] image, int height, int width, int size)
    {
        var into = new byte[image.Length / (height * width) * size * size];
        MiddleSquare.Average(image, height, width, into, size);
        return into;
    }
}
