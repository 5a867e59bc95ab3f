"""Names for people who do not exist. Any likeness to a real person is chance."""

# ruff: noqa: SIM905 - a block of text is easier to read and to add to

MALE = tuple(
    """
    Aaron Adam Aiden Alfie Andrew Asad Ben Bradley Callum Carl Connor Craig Curtis Damian Daniel
    Darren Dean Declan Dominic Dylan Ethan Finn Gareth Gavin George Hamza Harry Ian Imran Jack Jake
    James Jamie Jason Jordan Joseph Josh Kai Karl Kieran Kyle Lee Leon Lewis Liam Luke Marcus Mark
    Mason Matthew Michael Mohammed Nathan Neil Oliver Omar Owen Patrick Paul Piotr Reece Rhys Robert
    Ross Ryan Sam Scott Sean Shane Simon Stefan Stephen Stuart Terry Thomas Tyler Usman Wayne Will
    Zain
    """.split()
)

FEMALE = tuple(
    """
    Abbie Aisha Alice Amanda Amy Anna Ashleigh Becky Bethany Carly Charlotte Chloe Claire Courtney
    Danielle Donna Elena Ellie Emma Fatima Gemma Georgia Hannah Hayley Holly Isla Jade Jasmine Jenna
    Jodie Karen Katie Kelly Kirsty Laura Leah Lisa Lucy Maria Megan Natalie Nicola Nina Paige Rachel
    Rebecca Samantha Sarah Shannon Sophie Stacey Tara Toni Vicky Zara Zoe
    """.split()
)

FAMILY = tuple(
    """
    Abbott Ackerley Adeyemi Ahmed Ainsworth Akhtar Aldred Ali Ambler Appleyard Archer Armitage
    Aspinall Atkin Bagshaw Baines Barraclough Bates Battersby Begum Bellamy Birch Blackburn Bolton
    Booth Bradshaw Braithwaite Bramley Briggs Broadbent Buckley Burrows Cartwright Chadwick Clegg
    Clough Coates Cockcroft Connolly Copley Crabtree Crossley Crowther Dawson Denby Dobson Doyle
    Drake Dunne Dyson Eastwood Ellwood Entwistle Farrar Fawcett Fearnley Fielding Firth Fletcher
    Fenton Gallagher Garside Gaunt Gledhill Goodwin Greaves Greenwood Haigh Hainsworth Hardcastle
    Hargreaves Hartley Hebden Helliwell Hinchliffe Hirst Holroyd Horsfall Hussain Iqbal Jagger
    Jankowski Jowett Kaye Kellett Kenworthy Khan Kitchen Knowles Kowalski Langley Lister Lockwood
    Longbottom Lumb Mahmood Marsden Mellor Metcalfe Midgley Mills Mistry Moorhouse Murgatroyd Naylor
    Newsome Noble Nowak Oldroyd Ogden Osei Parkin Patel Pickles Pogson Priestley Quinn Ramsden
    Rawnsley Redfearn Rhodes Riley Rushworth Ryder Sadiq Scholes Schofield Senior Shackleton Shah
    Sharples Shepley Singh Slater Spence Stansfield Sugden Sutcliffe Swales Sykes Tattersall Tempest
    Thackray Thewlis Thornber Tordoff Townend Turton Uttley Varley Wadsworth Walshaw Warburton
    Waterhouse Whiteley Wilcock Womersley Wragg Wrigley Yates
    """.split()
)

STREETS = tuple(
    name.strip()
    for name in """
    Albion Street, Alma Road, Back Lane, Bankfield Terrace, Beck Lane, Canal Walk, Chapel Hill,
    Church Lane, Cinder Hill, Clough Road, Corn Mill Lane, Crown Street, Dyehouse Lane, Fell View,
    Foundry Street, Gas Street, Grange Avenue, Hawthorn Close, Heath Road, High Royd, Kiln Lane,
    Larch Grove, Limefield Road, Mill Bank, Moor End, Nab Lane, New Street, Old Bank, Park View,
    Poplar Drive, Quarry Road, Railway Terrace, Rowan Court, School Lane, Spring Gardens,
    Station Road, Tenter Croft, Victoria Terrace, Weavers Row, Wood Street
    """.split(",")
)
