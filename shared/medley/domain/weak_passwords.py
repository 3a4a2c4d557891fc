"""Passwords every guessing tool tries first, in lower case; those too short to be accepted are left out."""

_LIST = """
    12345678 123456789 1234567890 12345678910 0123456789 123123123 1234512345 11223344 1122334455 112233445566
    87654321 987654321 0987654321 9876543210 12341234 12344321 123454321 123321123 147258369 159357456 741852963
    789456123 456789123 321654987 147852369 963852741 10203040 102030405060 00000001 20202020 19191919 69696969
    password password1 password12 password123 password1234 password! password1! password01 password2 passwords
    passw0rd passw0rd1 p@ssw0rd p@ssw0rd1 p@ssword p@ssword1 p@55w0rd pa$$word pa$$w0rd mypassword yourpassword
    newpassword oldpassword nopassword thepassword thisispassword passwort passwort1 motdepasse contraseña
    qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwerty1! qwerty12! qwertyqwerty
    qwertz123 qwertzuiop azertyuiop azerty123 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4
    q1w2e3r4t5 zaq12wsx zaq1zaq1 zaq1@wsx !qaz2wsx qazwsxedc qazwsx123 asdfghjk asdfghjkl asdfasdf asdf1234
    asdfgh123 zxcvbnm1 zxcvbnm123 zxcvbnm, zxcvzxcv poiuytrewq mnbvcxz1 lkjhgfdsa qweasdzxc qweasd123 qwe123qwe
    1234qwer qwer1234 123qweasd 123qwe123 1a2b3c4d a1b2c3d4 a1b2c3d4e5 abcd1234 abcd12345 abc12345 abc123456
    abcdefgh abcdefghi abcdefghij abcdabcd abc123abc 1234abcd 12345abc aa123456 aa12345678 a1234567 a12345678
    a123456789 123456aa 123456ab 1234567a 12345678a 123456789a 123456abc 12345qwert 123456qwerty q1234567 z1234567
    iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou123 ilovegod loveyou1 loveme123 iloveme1 mylove123 lovely123
    princess princess1 sunshine sunshine1 football football1 baseball baseball1 basketball softball volleyball
    superman superman1 spiderman batman123 ironman1 pokemon1 pokemon123 starwars starwars1 startrek matrix123
    trustno1 whatever whatever1 welcome1 welcome12 welcome123 welcome1! letmein1 letmein123 letmein! letmeinnow
    changeme changeme1 changeme123 change_me default1 default123 admin123 admin1234 admin12345 administrator
    administrator1 adminadmin admin@123 rootroot root1234 toortoor test1234 test12345 testtest testing1 testing123
    tester123 guest123 guestguest user1234 username username1 login123 temp1234 temporary secret123 supersecret
    topsecret secretpassword access123 access14 computer computer1 internet internet1 samsung1 samsung123
    liverpool liverpool1 chelsea1 arsenal1 arsenal123 barcelona realmadrid juventus manchester mercedes corvette
    ferrari1 porsche1 mustang1 chocolate chocolate1 butterfly butterfly1 elephant dolphin1 cheese123 cookie123
    michelle michelle1 jennifer jennifer1 jonathan charlie1 charlie123 michael1 michael123 jordan23 daniel123
    jessica1 ashley123 anthony1 matthew1 nicholas alexander alexandra victoria elizabeth elizabeth1 samantha
    samantha1 benjamin christian christine patricia veronica stephanie brandon1 hannah123 andrew123 thomas123
    robert123 william1 patrick1 richard1 melissa1 danielle isabella caroline charlotte dragon123 monkey123
    master123 shadow123 killer123 hunter123 hunter22 ranger123 tigger123 ginger123 pepper123 summer123 winter123
    spring123 autumn123 january1 february november december december1 september monday123 friday13 summer2023
    summer2024 summer2025 summer2026 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026
    freedom1 freedom123 jesuschrist jesus123 blessed1 blessing godisgood heaven123 angel123 angels123 babygirl
    babygirl1 sweetheart sweetie1 handsome beautiful beautiful1 gorgeous diamonds forever1 forever21 friends1
    friendship happy123 happiness hello123 hello1234 hellohello helloworld hello1world goodluck lovelove loverboy
    mustang67 midnight moonlight starlight rainbow1 rainbow123 sunflower strawberry snowball thunder1 lightning
    fireball blackberry blackjack playboy1 hardcore metallica nirvana1 slipknot eminem123 scorpion phoenix1
    crystal1 diamond1 silver123 golden123 google123 facebook facebook1 linkedin1 twitter1 instagram youtube1
    netflix1 minecraft minecraft1 fortnite1 playstation nintendo warcraft counterstrike bismillah krishna1
    india123 pakistan pakistan1 indonesia sayangku bangladesh philippines australia california newyork1 chicago1
    florida1 london123 paris123 america1 vietnam1 colombia mexico123 brasil123 portugal maverick scooter1 trouble1
    buster123 bailey123 compaq123 marlboro1 budweiser gateway1 hardrock pussycat 1234567q 12345678q 123456789q
    qq123456 qq123456789 qwe12345 wang1234 woaini1314 woaini520 5201314520 a5201314 zxc123456 asd123456 qaz123456
    110110110 111222333 111222tianya 123654789 135792468 246813579 31415926 314159265 27182818 12121212 13131313
    23232323 12312312 123123123a 101010101 11111112 22222223 99887766 998877665544 55667788 66778899 77889900
    44556677 correcthorsebatterystaple letmeinplease iamthebest whoami123 nothing123 anything1 something1
    everything1
"""

WEAK_PASSWORDS = frozenset(_LIST.split())
